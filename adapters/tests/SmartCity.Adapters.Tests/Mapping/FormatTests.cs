using System.Globalization;
using SmartCity.Adapters.Mapping;

namespace SmartCity.Adapters.Tests.Mapping;

public class FormatTests
{
    [Theory]
    [InlineData("0,3", ',', '.', "0.3")]
    [InlineData("4.200", ',', '.', "4200")]
    [InlineData("4.200,50", ',', '.', "4200.50")]
    [InlineData("1.234.567,8", ',', '.', "1234567.8")]
    [InlineData("-4.200", ',', '.', "-4200")]
    [InlineData("12", ',', '.', "12")]
    [InlineData("4.20", ',', '.', null)]
    [InlineData("42.00.1", ',', '.', null)]
    [InlineData("1,234", '.', ',', "1234")]
    [InlineData("1 234,5", ',', ' ', "1234.5")]
    [InlineData("1\u00A0234,5", ',', ' ', "1234.5")]
    [InlineData("0,3", '.', null, null)]
    [InlineData("0.3", '.', null, "0.3")]
    [InlineData("1e3", '.', null, "1000")]
    [InlineData("+5", '.', null, "5")]
    [InlineData(" 7 ", '.', null, "7")]
    [InlineData("7 %", '.', null, null)]
    [InlineData("5,", ',', null, null)]
    [InlineData("NaN", '.', null, null)]
    [InlineData("1e400", '.', null, null)]
    [InlineData("٣", '.', null, null)]
    public void A_number_is_read_as_its_format_says(string text, char point, object? thousands, string? expected)
    {
        var read = new NumberFormat(point, (char?)thousands).TryParse(text, out var number);

        Assert.Equal(expected, read ? number.ToString(CultureInfo.InvariantCulture) : null);
    }

    [Theory]
    [InlineData("2026-04-15T10:00:00Z", "iso", "Europe/Ljubljana", "2026-04-15T10:00:00Z")]
    [InlineData("2026-04-15T10:00:00+05:30", "iso", "Europe/Ljubljana", "2026-04-15T04:30:00Z")]
    [InlineData("2026-04-15T10:00:00", "iso", "Europe/Ljubljana", "2026-04-15T08:00:00Z")]
    [InlineData("2026-01-15T10:00:00.5", "iso", "Europe/Ljubljana", "2026-01-15T09:00:00.5Z")]
    [InlineData("2026-01-15", "iso", "Europe/Ljubljana", "2026-01-14T23:00:00Z")]
    [InlineData("15.4.2026 7:05", "d.M.yyyy H:mm", "Europe/Ljubljana", "2026-04-15T05:05:00Z")]
    [InlineData("15.04.2026 07:05", "d.M.yyyy H:mm", "UTC", "2026-04-15T07:05:00Z")]
    [InlineData("1776247200", "unix", "Europe/Ljubljana", "2026-04-15T10:00:00Z")]
    [InlineData("1776247200.25", "unix", "UTC", "2026-04-15T10:00:00.25Z")]
    [InlineData("1776247200250", "unix-ms", "UTC", "2026-04-15T10:00:00.25Z")]
    // The clock goes forward: 2:30 is skipped, 1:30 before and 3:30 after are an hour apart.
    [InlineData("29.3.2026 1:30", "d.M.yyyy H:mm", "Europe/Ljubljana", "2026-03-29T00:30:00Z")]
    [InlineData("29.3.2026 2:30", "d.M.yyyy H:mm", "Europe/Ljubljana", "2026-03-29T01:30:00Z")]
    [InlineData("29.3.2026 3:30", "d.M.yyyy H:mm", "Europe/Ljubljana", "2026-03-29T01:30:00Z")]
    // The clock goes back: 2:30 comes twice, its first coming is meant.
    [InlineData("25.10.2026 2:30", "d.M.yyyy H:mm", "Europe/Ljubljana", "2026-10-25T00:30:00Z")]
    [InlineData("25.10.2026 3:30", "d.M.yyyy H:mm", "Europe/Ljubljana", "2026-10-25T02:30:00Z")]
    [InlineData("31.4.2026 7:05", "d.M.yyyy H:mm", "UTC", null)]
    [InlineData("15. april", "iso", "UTC", null)]
    [InlineData("10:00", "iso", "UTC", null)]
    [InlineData("1e30", "unix", "UTC", null)]
    public void A_time_is_read_in_its_zone_and_written_in_utc(string text, string pattern, string zone, string? expected)
    {
        var format = new TimeFormat(pattern, TimeZoneInfo.FindSystemTimeZoneById(zone));

        Assert.Equal(expected, format.TryParse(text, out var time) ? TimeFormat.Write(time) : null);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a.b", "a/b")]
    [InlineData("a.b[0].c", "a/b/0/c")]
    [InlineData("a[\"x.y\"]['z z']", "a/x.y/z z")]
    [InlineData("[2][3]", "2/3")]
    [InlineData("prostih mest (%)", "prostih mest (%)")]
    [InlineData("$.a", "a")]
    [InlineData("", null)]
    [InlineData(".a", null)]
    [InlineData("a.", null)]
    [InlineData("a..b", null)]
    [InlineData("a[", null)]
    [InlineData("a[x]", null)]
    [InlineData("a[-1]", null)]
    [InlineData("a[0]b", null)]
    [InlineData("@", null)]
    public void A_path_has_steps(string text, string? steps)
    {
        var path = MessagePath.Parse(text);

        Assert.Equal(steps, path is null ? null : string.Join('/', path.Steps.Select(s => s.Name ?? $"{s.Index}")));
    }

    [Theory]
    [InlineData("urn:x:{a}", "urn:x:A%20%C4%8D")]
    [InlineData("urn:x:{b.c}-{@device}", "urn:x:7-d1")]
    [InlineData("urn:x:{{{b.c}}}", "urn:x:{7}")]
    [InlineData("urn:x:{missing}", null)]
    public void A_template_is_filled_and_made_fit_for_a_uri(string text, string? expected)
    {
        using var json = System.Text.Json.JsonDocument.Parse("""{"a": "A č", "b": {"c": 7}}""");
        var message = new JsonMessage(json.RootElement)
        {
            Variables = new Dictionary<string, MessageValue> { ["device"] = MessageValue.Of("d1") },
        };

        Assert.Equal(expected, Template.Parse(text, out _)!.Fill(message, EmptyValues.OnlyBlank, asUri: true, out _));
    }

    [Theory]
    [InlineData("{a")]
    [InlineData("{}")]
    [InlineData("a}")]
    [InlineData("{a..b}")]
    public void A_template_with_a_broken_brace_is_none(string text)
    {
        Assert.Null(Template.Parse(text, out var error));
        Assert.Contains(text, error, StringComparison.Ordinal);
    }
}
