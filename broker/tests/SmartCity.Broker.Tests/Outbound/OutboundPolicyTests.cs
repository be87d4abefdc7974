using System.Net;
using SmartCity.Broker.Outbound;
using SmartCity.NgsiLd;
using Xunit;

namespace SmartCity.Broker.Tests.Outbound;

/// <summary>What the policy says of addresses and URLs, in every way in which an attacker might write them.</summary>
public sealed class OutboundPolicyTests
{
    public static TheoryData<string, string> Special => new()
    {
        { "127.0.0.1", "a loopback address" },
        { "127.255.255.254", "a loopback address" },
        { "::1", "a loopback address" },
        { "10.0.0.1", "a private address" },
        { "10.255.255.255", "a private address" },
        { "172.16.0.1", "a private address" },
        { "172.31.255.255", "a private address" },
        { "192.168.0.1", "a private address" },
        { "fc00::1", "a private address" },
        { "fd12:3456::1", "a private address" },
        { "fec0::1", "a private address" },
        { "169.254.169.254", "a link-local address" },
        { "fe80::1", "a link-local address" },
        { "fe80::1%2", "a link-local address" },
        { "febf::1", "a link-local address" },
        { "fe80::5efe:8.8.8.8", "a link-local address" },
        { "100.64.0.1", "a provider's private address" },
        { "168.63.129.16", "a provider's private address" },
        { "100.127.255.255", "a provider's private address" },
        { "0.0.0.0", "a loopback address" },
        { "0.0.0.1", "no address of a server" },
        { "0.1.2.3", "no address of a server" },
        { "::", "a loopback address" },
        { "224.0.0.1", "a multicast address" },
        { "239.255.255.255", "a multicast address" },
        { "ff02::1", "a multicast address" },
        { "240.0.0.1", "a reserved address" },
        { "255.255.255.255", "a reserved address" },
        { "192.0.0.170", "a reserved address" },
        { "198.18.0.1", "an address for measurements" },
        { "192.0.2.1", "an address for examples" },
        { "2001:db8::1", "an address for examples" },
        // IPv4 in IPv6
        { "::ffff:127.0.0.1", "a loopback address" },
        { "::ffff:a9fe:a9fe", "a link-local address" },
        { "::ffff:10.1.2.3", "a private address" },
        { "::127.0.0.1", "a reserved address" },
        { "::8.8.8.8", "a reserved address" },
        { "::ffff:0:127.0.0.1", "a reserved address" },
        { "64:ff9b::7f00:1", "a loopback address" },
        { "64:ff9b::a9fe:a9fe", "a link-local address" },
        { "64:ff9b:1::a00:1", "a private address" },
        { "2002:7f00:1::", "a loopback address" },
        { "2002:0a00:0001::1", "a private address" },
        { "2001:0:4136:e378:8000:63bf:3fff:fdd2", "a reserved address" },
        { "2a00:1450::5efe:10.0.0.1", "a private address" },
        { "2a00:1450::200:5efe:127.0.0.1", "a loopback address" },
        // Not assigned
        { "::2", "a reserved address" },
        { "1::1", "a reserved address" },
        { "4000::1", "a reserved address" },
        { "8000::1", "a reserved address" },
        { "e000::1", "a reserved address" },
    };

    public static TheoryData<string> Public =>
    [
        "8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255",
        "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "2606:4700:4700::1111", "2a00:1450:4001:800::200e", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
    ];

    [Theory]
    [MemberData(nameof(Special))]
    public void A_special_address_is_not_reached_unless_it_is_allowed(string address, string kind)
    {
        Assert.Equal($"{kind}, which the setting Outbound:Allow does not name", Gates.Public.Objection(IPAddress.Parse(address)));
        Assert.Null(Policy(new() { Allow = "any" }).Objection(IPAddress.Parse(address)));
    }

    [Theory]
    [MemberData(nameof(Special))]
    public void In_development_loopback_alone_is_allowed(string address, string kind) =>
        Assert.Equal(kind == "a loopback address", Gates.Development.Objection(IPAddress.Parse(address)) is null);

    [Theory]
    [MemberData(nameof(Public))]
    public void A_public_address_is_reached_unless_it_is_denied(string address)
    {
        Assert.Null(Gates.Public.Objection(IPAddress.Parse(address)));
        Assert.Equal("an address that the setting Outbound:Deny names", Policy(new() { Deny = "any" }).Objection(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("10.1.2.3", "10.1.0.0/16", "", true)]
    [InlineData("10.2.2.3", "10.1.0.0/16", "", false)]
    [InlineData("10.1.2.3", "10.1.2.3", "", true)]
    [InlineData("10.1.2.4", "10.1.2.3", "", false)]
    [InlineData("::ffff:10.1.2.3", "10.1.0.0/16", "", true)]
    [InlineData("64:ff9b::a01:203", "10.1.0.0/16", "", true)]
    [InlineData("2002:a01:203::1", "10.1.0.0/16", "", true)]
    [InlineData("fe80::5efe:a01:203", "10.1.0.0/16", "", false)]
    [InlineData("192.168.7.7", " loopback , private ", "", true)]
    [InlineData("fd00::7", "private", "", true)]
    [InlineData("169.254.169.254", "loopback, private", "", false)]
    [InlineData("8.8.8.8", "", "8.0.0.0/8", false)]
    [InlineData("2002:808:808::1", "", "8.0.0.0/8", false)]
    [InlineData("8.8.8.8", "8.8.8.0/24", "any", true)]
    [InlineData("10.0.0.1", "private", "10.0.0.0/8", true)]
    [InlineData("2a00::1", "", "2a00::/16", false)]
    [InlineData("127.0.0.1", "", "", false)]
    public void What_the_operator_allows_wins_over_what_is_denied(string address, string allow, string deny, bool isReached) =>
        Assert.Equal(isReached, Policy(new() { Allow = allow, Deny = deny }).Objection(IPAddress.Parse(address)) is null);

    public static TheoryData<string, string?> Urls => new()
    {
        { "http://example.org/", null },
        { "HTTPS://Example.org:8443/a?b", null },
        { "http://8.8.8.8/", null },
        { "http://[2606:4700::1111]/", null },
        { "mqtt://example.org/t", null },
        { "mqtts://user:password@example.org/t", null },
        { "http://127.0.0.1/", "127.0.0.1 is a loopback address, which the setting Outbound:Allow does not name" },
        { "http://2130706433/", "127.0.0.1 is a loopback address" },
        { "http://0x7f000001/", "127.0.0.1 is a loopback address" },
        { "http://0x7f.1/", "127.0.0.1 is a loopback address" },
        { "http://017700000001/", "127.0.0.1 is a loopback address" },
        { "http://0177.0.0.1/", "127.0.0.1 is a loopback address" },
        { "http://00000177.0.0.1/", "127.0.0.1 is a loopback address" },
        { "http://127.1/", "127.0.0.1 is a loopback address" },
        { "http://127.0.0.1./", "127.0.0.1. is a loopback address" },
        { "http://①②⑦.⓪.⓪.①/", "127.0.0.1 is a loopback address" },
        { "http://127。0。0。1/", "127.0.0.1 is a loopback address" },
        { "http://127.0.0.1#@example.org/", "127.0.0.1 is a loopback address" },
        { "http://127.0.0.1:80/@example.org", "127.0.0.1 is a loopback address" },
        { "http://0/", "0.0.0.0 is a loopback address" },
        { "http://[::]/", ":: is a loopback address" },
        { "http://[::1]:1026/", "::1 is a loopback address" },
        { "http://[0:0:0:0:0:0:0:1]/", "::1 is a loopback address" },
        { "http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1 is a loopback address" },
        { "http://[::ffff:7f00:1]/", "::ffff:127.0.0.1 is a loopback address" },
        { "http://[64:ff9b::7f00:1]/", "is a loopback address" },
        { "http://[fe80::1%25eth0]/", "is a link-local address" },
        { "http://169.254.169.254/latest/meta-data/", "169.254.169.254 is a link-local address" },
        { "http://2852039166/latest/meta-data/", "169.254.169.254 is a link-local address" },
        { "http://localhost/", "localhost leads to a loopback address, which the setting Outbound:Allow does not name" },
        { "http://LOCALHOST./", "localhost. leads to a loopback address" },
        { "http://grafana.localhost:3000/", "grafana.localhost leads to a loopback address" },
        { "http://localhost.example.org/", null },
        { "http://notlocalhost/", null },
        { "mqtt://2130706433/t", "2130706433 is a loopback address" },
        { "mqtt://0x7f.1/t", "0x7f.1 is a loopback address" },
        { "mqtt://user@[::ffff:127.0.0.1]/t", "::ffff:127.0.0.1 is a loopback address" },
        { "http://example.org@127.0.0.1/", "its user information would not be sent" },
        { "http://127.0.0.1@example.org/", "its user information would not be sent" },
        { "https://user:password@example.org/", "its user information would not be sent" },
        { "file:///etc/passwd", "file is none of http, https, mqtt, mqtts" },
        { "ftp://example.org/", "ftp is none of http, https, mqtt, mqtts" },
        { "gopher://127.0.0.1:6379/_FLUSHALL", "gopher is none of http, https, mqtt, mqtts" },
    };

    [Theory]
    [MemberData(nameof(Urls))]
    public void What_is_wrong_with_a_URL_is_said(string url, string? objection)
    {
        var said = Gates.Public.Objection(new Uri(url));

        if (objection is null) Assert.Null(said);
        else Assert.Contains(objection, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https", "http://example.org/", "http is not among what the setting Outbound:Schemes allows")]
    [InlineData("https", "https://example.org/", null)]
    [InlineData("https, mqtts", "mqtt://example.org/t", "mqtt is not among what the setting Outbound:Schemes allows")]
    [InlineData("https, mqtts", "mqtts://example.org/t", null)]
    [InlineData("https", "ftp://example.org/", "ftp is none of http, https, mqtt, mqtts")]
    public void Schemes_are_the_operators_choice(string schemes, string url, string? objection) =>
        Assert.Equal(objection, Policy(new() { Schemes = schemes }).Objection(new Uri(url)));

    [Theory]
    [InlineData("10.0.0.0/40", null, null, "Outbound:Allow is '10.0.0.0/40', which has '10.0.0.0/40', which is no network")]
    [InlineData("the city", null, null, "Outbound:Allow is 'the city', which has 'the city', which is no network")]
    [InlineData(null, "10.0.0.0/8, ,x", null, "Outbound:Deny is '10.0.0.0/8, ,x', which has 'x', which is no network")]
    [InlineData(null, null, "http, gopher", "Outbound:Schemes is 'http, gopher', which has 'gopher', which is none of http, https, mqtt, mqtts")]
    public void What_the_operator_writes_wrongly_is_named(string? allow, string? deny, string? schemes, string problem)
    {
        var error = OutboundPolicy.From(new() { Allow = allow, Deny = deny, Schemes = schemes }, isDevelopment: true).Error;

        Assert.Equal(NgsiLdErrorKind.BadRequestData, error?.Kind);
        Assert.StartsWith(problem, error!.Detail, StringComparison.Ordinal);
    }

    private static OutboundPolicy Policy(OutboundSettings settings) => OutboundPolicy.From(settings, isDevelopment: false).Value;
}
