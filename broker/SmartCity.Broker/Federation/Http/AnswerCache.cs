using SmartCity.Broker.Contexts;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Federation.Http;

/// <summary>Answers that registrations let be used again (ETSI GS CIM 009 5.2.34, cacheDuration; 6.3.17).</summary>
internal sealed class AnswerCache(FederationSettings settings, TimeProvider clock)
{
    private const int Most = 100_000;

    /// <summary>Bytes of an entry beside its body and its key.</summary>
    private const int Overhead = 300;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    private readonly FreshCache<string, SourceReply> _replies = new(Most, settings.CacheBytes, StringComparer.Ordinal);

    /// <summary>What tells the answer to one request from all others; null where it must not be kept.</summary>
    public static string? KeyOf(SourceCall call)
    {
        // An EntityMap is made for one request, and used by those that belong to it.
        if (!call.IsConsumption || call.Map.IsWanted || call.Source.Registration.Management.CacheFor <= TimeSpan.Zero) return null;
        var endpoint = call.Endpoint;
        var passedOn = endpoint.PassedOn.Select(name => call.Call.Header?.Invoke(name) ?? "\0");
        var context = ReferenceEquals(call.Context, Context.Core) ? "" : ContextLink.Of(call.Context);
        return string.Join(
            '\n',
            [endpoint.CacheMark, call.Method.Method, call.Target, context, call.Map.Location ?? "", .. call.Call.Via, "", .. passedOn, Convert.ToBase64String(call.Body.Span)]);
    }

    public SourceReply? Find(string key) => _replies.TryGet(key, clock.GetUtcNow(), out var reply) ? reply : null;

    public void Keep(string key, SourceCall call, SourceReply reply)
    {
        var now = clock.GetUtcNow();
        var weight = reply.Body.Length + (key.Length * sizeof(char)) + Overhead;
        if (weight > settings.CacheBytes) return;
        var time = call.Source.Registration.Management.CacheFor;
        _replies.Set(key, reply with { IsCached = true, IsUnasked = true }, weight, now + (time < Longest ? time : Longest), now);
    }
}
