using SmartCity.Broker.Entities;
using SmartCity.Broker.Host.Http.Entities;
using Xunit;

namespace SmartCity.Broker.Tests.Http;

public sealed class CursorTextTests
{
    public static TheoryData<PageCursor> Cursors =>
    [
        new PositionCursor(new(200_000, 19, false)),
        new PositionCursor(new(0, -1, false)),
        new PositionCursor(new(long.MaxValue, long.MaxValue, true)),
        new MapCursor("urn:ngsi-ld:entitymap:0123456789abcdef", 20, false),
        new MapCursor("urn:ngsi-ld:entitymap:x", 0, true),
    ];

    [Theory]
    [MemberData(nameof(Cursors))]
    public void What_a_link_has_reads_back(PageCursor cursor)
    {
        var text = new CursorText(cursor, 20, ulong.MaxValue);
        Assert.Equal(text, CursorText.Parse(text.ToString()).Value);
        Assert.Equal(Uri.EscapeDataString(text.ToString()), text.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("fp.20.ff.1")]
    [InlineData("fp.20.ff.1.2.3")]
    [InlineData("fp.-20.ff.1.2")]
    [InlineData("fp.20.xx.1.2")]
    [InlineData("fp.20.ff.1.a")]
    [InlineData("fm.20.ff.a.99999999999")]
    [InlineData("qm.20.ff.a.1")]
    [InlineData("fp.99999999999.ff.1.2")]
    public void What_no_link_has_is_refused(string text) => Assert.False(CursorText.Parse(text).IsSuccess);
}
