using System.Runtime.CompilerServices;
using SmartCity.Broker.Contexts;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Host.Http;

/// <summary>The Link header that tells the @context of a response (ETSI GS CIM 009 6.3.6), made once per context.</summary>
internal static class ContextLinks
{
    private static readonly ConditionalWeakTable<Context, string> Made = [];
    private static readonly string Core = Make(Context.Core);

    /// <summary>Empty for a context that came inside a body and that no URL stands for.</summary>
    public static string For(Context context) =>
        ReferenceEquals(context, Context.Core) ? Core : Made.GetValue(context, static made => Make(made));

    private static string Make(Context context) => context.Uri is { } uri ? ContextLink.To(uri) : "";
}
