using System.Runtime.CompilerServices;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Host.Http;

/// <summary>The Link header that tells the @context of a response (ETSI GS CIM 009 6.3.6), made once per context.</summary>
internal static class ContextLinks
{
    private static readonly ConditionalWeakTable<Context, string> Made = [];
    private static readonly string Core = LinkHeader.ToContext(Context.Core.Uri);

    public static string For(Context context) =>
        ReferenceEquals(context, Context.Core) ? Core : Made.GetValue(context, static c => LinkHeader.ToContext(c.Uri));
}
