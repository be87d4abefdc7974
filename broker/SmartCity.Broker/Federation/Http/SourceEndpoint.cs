using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SmartCity.Broker.Outbound;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Federation.Http;

/// <summary>How a source is spoken to, made ready once for each state of its registration (ETSI GS CIM 009 4.3.6.5, 4.3.6.6, 6.3.19).</summary>
internal sealed class SourceEndpoint
{
    public const string TenantHeader = "NGSILD-Tenant";
    private const string Json = "application/json";
    private const string LdJson = "application/ld+json";
    private const string Api = "/ngsi-ld/v1";
    private const string OfRequest = "urn:ngsi-ld:request";

    private static readonly ConditionalWeakTable<ContextSource, SourceEndpoint> Known = [];
    private static long _count;

    private readonly long _number = Interlocked.Increment(ref _count);
    private long _writes;

    private SourceEndpoint(ContextSourceRegistration registration)
    {
        Root = RootOf(registration.Endpoint);
        Tenant = registration.Tenant.Length > 0 ? registration.Tenant : null;
        ContextUri = registration.Info("jsonldContext") is { Length: > 0 } uri ? uri : null;
        // Where an @context is named, bodies never carry one (4.3.6.6).
        IsLdJson = ContextUri is null && IsType(registration.Info("contentType"), LdJson);
        Accept = IsType(registration.Info("accept"), LdJson) ? LdJson : Json;
        Version = NgsiLdVersion.TryParse(registration.Info("ngsildConformance"), out var version) ? version : null;
        IsLocalOnly = registration.Management.LocalOnly == true;
        var headers = registration.ContextSourceInfo.RemoveAll(info => !IsHeader(info));
        Headers = headers.RemoveAll(info => info.Value == OfRequest);
        PassedOn = [.. headers.Where(info => info.Value == OfRequest).Select(info => info.Key)];
    }

    /// <summary>Up to <c>/ngsi-ld/v1</c>, without a slash behind it; null where the endpoint is no address that can be asked.</summary>
    public string? Root { get; }

    /// <summary>Null for the default one.</summary>
    public string? Tenant { get; }

    /// <summary>The @context in which the source is spoken to; null for that of the request.</summary>
    public string? ContextUri { get; }

    /// <summary>Whether bodies carry their @context.</summary>
    public bool IsLdJson { get; }

    public string MediaType => IsLdJson ? LdJson : Json;

    public string Accept { get; }

    /// <summary>What it knows of the standard; null for all.</summary>
    public NgsiLdVersion? Version { get; }

    /// <summary>Whether each request says <c>local=true</c>.</summary>
    public bool IsLocalOnly { get; }

    public ImmutableArray<KeyValue> Headers { get; }

    /// <summary>Names of headers whose values the triggering request has.</summary>
    public ImmutableArray<string> PassedOn { get; }

    /// <summary>Whether an answer of it has ever said that more follows.</summary>
    public bool TellsMore { get; set; }

    /// <summary>Tells kept answers of this source from others, and from those before the last write to it.</summary>
    public string CacheMark => $"{_number}.{Interlocked.Read(ref _writes)}";

    public static SourceEndpoint Of(ContextSource source) => Known.GetValue(source, static source => new(source.Registration));

    /// <summary>Answers that are kept may be no longer true.</summary>
    public void WriteHappens() => Interlocked.Increment(ref _writes);

    private static string? RootOf(string endpoint)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0) return null;
        // User information, queries and fragments have no place in what follows.
        var root = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
        return root.EndsWith(Api, StringComparison.Ordinal) ? root : root + Api;
    }

    private static bool IsType(string? given, string type) =>
        given is not null && given.AsSpan().TrimStart().StartsWith(type, StringComparison.OrdinalIgnoreCase);

    // What the broker says itself, and how it reads answers, is not for registrations to say.
    private static bool IsHeader(KeyValue info) =>
        SettableHeaders.IsName(info.Key) && SettableHeaders.IsValue(info.Value)
        && info.Key.ToUpperInvariant() is not ("JSONLDCONTEXT" or "CONTENTTYPE" or "NGSILDCONFORMANCE" or "ACCEPT" or "ACCEPT-ENCODING"
            or "CONTENT-TYPE" or "LINK" or "VIA" or "NGSILD-TENANT" or "NGSILD-ENTITYMAP" or "NGSILD-SNAPSHOT");
}
