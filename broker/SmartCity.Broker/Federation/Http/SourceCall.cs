using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Json;

namespace SmartCity.Broker.Federation.Http;

/// <summary>One request to one source.</summary>
/// <param name="Call">What has triggered it.</param>
/// <param name="Source">Who is asked.</param>
/// <param name="Context">In which terms.</param>
/// <param name="Method">Of HTTP.</param>
/// <param name="Target">What comes behind the source's root: path and query, percent-encoded.</param>
/// <param name="Body">Empty for none.</param>
internal sealed record SourceCall(
    Call Call, ContextSource Source, Context Context, HttpMethod Method, string Target, ReadOnlyMemory<byte> Body = default)
{
    public SourceEndpoint Endpoint { get; } = SourceEndpoint.Of(Source);

    /// <summary>Which EntityMap of its own the source is to use, or to make.</summary>
    public SourceMapUse Map { get; init; }

    /// <summary>Whether nothing is changed by it: an answer may be kept, and 404 is no failure (6.3.17).</summary>
    public bool IsConsumption { get; init; }

    /// <summary>Whether little is left to do with a small answer, so that it may be done on the <see cref="Outbound.SocketThread"/>.</summary>
    public bool IsBrief { get; init; }

    /// <summary>How bodies for the source are written.</summary>
    public static RecordForm Form(ContextSource source, Context context, bool simplified = false)
    {
        var endpoint = SourceEndpoint.Of(source);
        return new(context, endpoint.IsLdJson, simplified, endpoint.Version);
    }
}
