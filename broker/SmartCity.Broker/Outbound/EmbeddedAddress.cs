using System.Net;
using System.Net.Sockets;

namespace SmartCity.Broker.Outbound;

/// <summary>IPv6 addresses that stand for an IPv4 address, or have one in them.</summary>
internal static class EmbeddedAddress
{
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>
    /// What a packet to an address may reach: the IPv4 address that is mapped (RFC 4291 2.5.5.2) or translated by NAT64 (RFC 6052);
    /// the address and the IPv4 address to which 6to4 (RFC 3056) or ISATAP (RFC 5214) tunnel it; otherwise the address, without its zone.
    /// </summary>
    public static IPAddress[] Reached(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return [address];
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.IsIPv4MappedToIPv6 || Translated.Contains(address)) return [new(bytes[12..])];
        if (SixToFour.Contains(address)) return [new(bytes), new(bytes[2..6])];
        var isIsatap = bytes[8] is 0x00 or 0x02 && bytes[9] == 0 && bytes[10] == 0x5E && bytes[11] == 0xFE;
        return isIsatap ? [new(bytes), new(bytes[12..])] : [new(bytes)];
    }
}
