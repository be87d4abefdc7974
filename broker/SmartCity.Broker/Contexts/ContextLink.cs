using System.Runtime.CompilerServices;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Contexts;

/// <summary>The Link that names a @context (ETSI GS CIM 009 6.3.5, 6.3.6; JSON-LD 1.1 6.2).</summary>
public static class ContextLink
{
    public const string Relation = "http://www.w3.org/ns/json-ld#context";

    private static readonly ConditionalWeakTable<Context, string> Made = [];
    private static readonly string Core = Make(Context.Core);

    /// <summary>The value of a Link header.</summary>
    public static string To(string uri) => $"<{uri}>; rel=\"{Relation}\"; type=\"application/ld+json\"";

    /// <summary>
    /// The value of the Link header that names a context, made once; empty for one that came inside a body and that no URL stands for.
    /// </summary>
    public static string Of(Context context) =>
        ReferenceEquals(context, Context.Core) ? Core : Made.GetValue(context, static made => Make(made));

    private static string Make(Context context) => context.Uri is { } uri ? To(uri) : "";
}
