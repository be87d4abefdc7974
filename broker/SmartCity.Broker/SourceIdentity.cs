using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace SmartCity.Broker;

/// <summary>Who this broker is among Context Sources (ETSI GS CIM 009 5.2.40).</summary>
/// <param name="Alias">Unique among the brokers that know of each other: by it a request that comes back is recognised (6.3.18).</param>
/// <param name="StartedAt">Since when it answers.</param>
public sealed record SourceIdentity(string Alias, DateTimeOffset StartedAt)
{
    // tchar of RFC 9110 5.6.2.
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The URI of the broker as a Context Source.</summary>
    public string Id => $"urn:ngsi-ld:ContextSource:{Uri.EscapeDataString(Alias)}";

    /// <summary>Whether a text can stand in a Via header as a pseudonym (RFC 9110 7.6.3).</summary>
    public static bool IsAlias(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(Token);

    /// <summary>An alias for a broker that is given none: always the same for the same folder of the same machine.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="folder">The full path of the store's folder.</param>
    public static string AliasFor(string machine, string folder)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{machine}\n{folder}"));
        return $"smartcity-{Convert.ToHexStringLower(hash.AsSpan(0, 8))}";
    }

    /// <summary>Each tenant is a source of its own (ETSI GS CIM 009 5.2.40).</summary>
    /// <param name="tenant">Empty for the default one.</param>
    public string AliasOf(string tenant) =>
        tenant.Length == 0 ? Alias : $"{Alias}~{tenant.Replace(":", "%3A", StringComparison.Ordinal)}";
}
