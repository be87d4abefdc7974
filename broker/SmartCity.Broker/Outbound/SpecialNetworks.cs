using System.Net;

namespace SmartCity.Broker.Outbound;

/// <summary>
/// Networks that do not lead to a public server, with what an address in them is (IANA registries of special-purpose addresses,
/// RFC 6890). Where two hold an address, the first one says what it is.
/// </summary>
internal static class SpecialNetworks
{
    /// <summary>With the two unspecified addresses, which Linux takes for it.</summary>
    public static IReadOnlyList<IPNetwork> Loopback { get; } =
    [
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("0.0.0.0/32"), IPNetwork.Parse("::/128"),
    ];

    public static IReadOnlyList<IPNetwork> Private { get; } =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("fc00::/7"),
    ];

    public static IReadOnlyList<IPNetwork> Any { get; } = [IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")];

    private static readonly (IPNetwork Network, string Kind)[] All =
    [
        .. Loopback.Select(network => (network, "a loopback address")),
        .. Private.Select(network => (network, "a private address")),
        // Cloud providers serve the secrets of a machine at 169.254.169.254.
        Of("169.254.0.0/16", "a link-local address"),
        Of("fe80::/10", "a link-local address"),
        Of("fec0::/10", "a private address"),
        Of("100.64.0.0/10", "a provider's private address"),
        // Public by its number: Azure serves machines their own settings and certificates there, and nobody else anything.
        Of("168.63.129.16/32", "a provider's private address"),
        Of("0.0.0.0/8", "no address of a server"),
        Of("224.0.0.0/4", "a multicast address"),
        Of("ff00::/8", "a multicast address"),
        Of("192.0.0.0/24", "a reserved address"),
        Of("192.0.2.0/24", "an address for examples"),
        Of("192.88.99.0/24", "a reserved address"),
        Of("198.18.0.0/15", "an address for measurements"),
        Of("198.51.100.0/24", "an address for examples"),
        Of("203.0.113.0/24", "an address for examples"),
        Of("240.0.0.0/4", "a reserved address"),
        Of("2001:db8::/32", "an address for examples"),
        Of("3fff::/20", "an address for examples"),
        // Teredo hides an IPv4 address in it, and others are for benchmarks and overlays.
        Of("2001::/23", "a reserved address"),
        // Translation within one network (RFC 8215): the IPv4 address may stand anywhere in it.
        Of("64:ff9b:1::/48", "a private address"),
        // Public servers have addresses of 2000::/3 alone.
        Of("::/3", "a reserved address"),
        Of("4000::/2", "a reserved address"),
        Of("8000::/1", "a reserved address"),
    ];

    /// <summary>What an address is; null for an ordinary public one.</summary>
    /// <param name="address">As it is: see <see cref="EmbeddedAddress"/> for those within others.</param>
    public static string? KindOf(IPAddress address)
    {
        foreach (var (network, kind) in All)
        {
            if (network.Contains(address)) return kind;
        }

        return null;
    }

    private static (IPNetwork Network, string Kind) Of(string network, string kind) => (IPNetwork.Parse(network), kind);
}
