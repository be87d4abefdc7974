using System.Collections.Immutable;
using System.Net;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Outbound;

/// <summary>
/// Where the broker goes on somebody else's word: the addresses of contexts, of notification endpoints and of Context Sources come from
/// clients, and must not lead them to what only the broker can reach. It decides on schemes and addresses, and touches no network.
/// </summary>
public sealed class OutboundPolicy
{
    private const string AllSchemes = "http, https, mqtt, mqtts";

    private readonly ImmutableArray<IPNetwork> _allowed;
    private readonly ImmutableArray<IPNetwork> _denied;
    private readonly ImmutableArray<string> _schemes;

    private OutboundPolicy(
        string allow, ImmutableArray<IPNetwork> allowed, ImmutableArray<IPNetwork> denied, ImmutableArray<string> schemes) =>
        (Allow, _allowed, _denied, _schemes) = (allow, allowed, denied, schemes);

    /// <summary>What may be reached beside public addresses, as the operator writes it; empty for nothing.</summary>
    public string Allow { get; }

    /// <summary>Reads what the operator says.</summary>
    /// <param name="settings">Allow, Deny and Schemes of these.</param>
    /// <param name="isDevelopment">Loopback may be reached unless the settings say what may.</param>
    /// <returns>Or BadRequestData, which names the setting that is wrong.</returns>
    public static Result<OutboundPolicy> From(OutboundSettings settings, bool isDevelopment)
    {
        var allow = settings.Allow ?? (isDevelopment ? "loopback" : "");
        if (!ParseNetworks("Outbound:Allow", allow).TryGet(out var allowed, out var error)) return error;
        if (!ParseNetworks("Outbound:Deny", settings.Deny ?? "").TryGet(out var denied, out error)) return error;
        var known = Split(AllSchemes);
        var schemes = settings.Schemes is { } some ? Split(some) : known;
        return schemes.FirstOrDefault(scheme => !known.Contains(scheme)) is { } unknown
            ? NgsiLdError.BadRequestData($"Outbound:Schemes is '{settings.Schemes}', which has '{unknown}', which is none of {AllSchemes}")
            : new OutboundPolicy(allow, allowed, denied, schemes);
    }

    /// <summary>
    /// What is wrong with a URL itself; null where nothing is. A host name says little: the addresses that it leads to are looked at when
    /// a connection is made.
    /// </summary>
    public string? Objection(Uri uri)
    {
        if (SchemeObjection(uri.Scheme) is { } wrong) return wrong;
        // RFC 9110 4.2.4. What MQTT wants to know of a user stands in the URL (ETSI GS CIM 009 7.2).
        if (uri.UserInfo.Length > 0 && uri.Scheme is "http" or "https") return "its user information would not be sent";
        var host = uri.IdnHost;
        // All forms that the system's resolver takes for an address: decimal, octal, hexadecimal, shortened.
        if (IPAddress.TryParse(host.AsSpan().TrimEnd('.'), out var literal)) return Objection(literal) is { } reason ? $"{host} is {reason}" : null;
        // RFC 6761 6.3.
        var isLocal = IsName("localhost", host) && Objection(IPAddress.Loopback) is not null && Objection(IPAddress.IPv6Loopback) is not null;
        return isLocal ? $"{host} leads to {Objection(IPAddress.Loopback)}" : null;
    }

    /// <summary>The same for its scheme alone.</summary>
    public string? SchemeObjection(string scheme) => _schemes.Contains(scheme)
        ? null
        : Split(AllSchemes).Contains(scheme) ? $"{scheme} is not among what the setting Outbound:Schemes allows" : $"{scheme} is none of {AllSchemes}";

    /// <summary>
    /// What is wrong with an address, to be read after "is" or "leads to", with the setting that decides; null where it may be reached.
    /// </summary>
    public string? Objection(IPAddress address)
    {
        foreach (var reached in EmbeddedAddress.Reached(address))
        {
            if (Holds(_allowed, reached)) continue;
            if (SpecialNetworks.KindOf(reached) is { } kind) return $"{kind}, which the setting Outbound:Allow does not name";
            if (Holds(_denied, reached)) return "an address that the setting Outbound:Deny names";
        }

        return null;
    }

    private static bool IsName(string name, string host)
    {
        var bare = host.AsSpan().TrimEnd('.');
        return bare.EndsWith(name, StringComparison.OrdinalIgnoreCase) && (bare.Length == name.Length || bare[^(name.Length + 1)] == '.');
    }

    private static bool Holds(ImmutableArray<IPNetwork> networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address)) return true;
        }

        return false;
    }

    private static Result<ImmutableArray<IPNetwork>> ParseNetworks(string setting, string text)
    {
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (var part in Split(text))
        {
            if (part == "loopback") networks.AddRange(SpecialNetworks.Loopback);
            else if (part == "private") networks.AddRange(SpecialNetworks.Private);
            else if (part == "any") networks.AddRange(SpecialNetworks.Any);
            else if (IPNetwork.TryParse(part, out var network)) networks.Add(network);
            else if (IPAddress.TryParse(part, out var one) && !IsShortened(part)) networks.Add(new(one, one.GetAddressBytes().Length * 8));
            else return NgsiLdError.BadRequestData($"{setting} is '{text}', which has '{part}', which is no network such as 10.20.0.0/16, loopback, private or any");
        }

        return networks.ToImmutable();
    }

    // 10.2.3 would be 10.2.0.3, which nobody means who leaves out a number.
    private static bool IsShortened(string address) => !address.Contains(':', StringComparison.Ordinal) && address.Count(character => character == '.') != 3;

    private static ImmutableArray<string> Split(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
