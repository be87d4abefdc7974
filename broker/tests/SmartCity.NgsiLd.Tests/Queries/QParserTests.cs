using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Tests.Contexts;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Queries;

public sealed class QParserTests
{
    [Theory]
    // The examples of ETSI GS CIM 009 4.9.
    [InlineData("temperature", "temperature")]
    [InlineData("temperature==20", "Equal(temperature number 20)")]
    [InlineData("brandName!=\"Mercedes\"", "Unequal(brandName string Mercedes)")]
    [InlineData("isParked==\"urn:ngsi-ld:OffStreetParking:Downtown1\"", "Equal(isParked string urn:ngsi-ld:OffStreetParking:Downtown1)")]
    [InlineData("speed>50;brandName!=\"Mercedes\"", "and(Greater(speed number 50), Unequal(brandName string Mercedes))")]
    [InlineData("((speed>50|rpm>3000);brandName==\"Mercedes\")",
        "and(or(Greater(speed number 50), Greater(rpm number 3000)), Equal(brandName string Mercedes))")]
    [InlineData("(temperature>=20;temperature<=25)|capacity<=10",
        "or(and(GreaterOrEqual(temperature number 20), LessOrEqual(temperature number 25)), LessOrEqual(capacity number 10))")]
    [InlineData("temperature.observedAt>=2017-12-24T12:00:00Z", "GreaterOrEqual(temperature.observedAt DateTime 2017-12-24T12:00:00Z)")]
    [InlineData("address[city]==\"Berlin\"", "Equal(address[city] string Berlin)")]
    [InlineData("sensor.rawdata[airquality.particulate]==40", "Equal(sensor.rawdata[airquality|particulate] number 40)")]
    [InlineData("parkingTickets[value]==\"Overstay 60 minutes\"", "Equal(parkingTickets[value] string Overstay 60 minutes)")]
    [InlineData("gender==Male", "Equal(gender string Male)")]
    [InlineData("sensor{humidity}==40", "Equal(sensor{:humidity} number 40)")]
    [InlineData("sensor{Device:humidity}==40", "Equal(sensor{Device:humidity} number 40)")]
    [InlineData("color==\"black\", \"red\"", "Equal(color list string black, string red)")]
    [InlineData("temperature==10..20", "Equal(temperature range number 10 number 20)")]
    [InlineData("color[en]==\"red\"", "Equal(color[en] string red)")]
    [InlineData("color[*]!=\"red\"", "Unequal(color[*] string red)")]
    [InlineData("color==\"http://example/black\",\"http://example/red\"", "Equal(color list string http://example/black, string http://example/red)")]
    public void The_standards_examples_are_read(string q, string tree) => Assert.Equal(tree, Read(q));

    [Theory]
    [InlineData("a;b|c", "or(and(a, b), c)")]
    [InlineData("a|b;c", "or(a, and(b, c))")]
    [InlineData("(a|b);c", "and(or(a, b), c)")]
    [InlineData("a;(b;c)", "and(a, and(b, c))")]
    [InlineData("((a))", "a")]
    [InlineData(" a == 1 ; b > 2 ", "and(Equal(a number 1), Greater(b number 2))")]
    [InlineData("marque[en-GB]== \"Vauxhall Viva\"", "Equal(marque[en-GB] string Vauxhall Viva)")]
    [InlineData("a==-1.5e+3", "Equal(a number -1.5e+3)")]
    [InlineData("a==1.5..2.5", "Equal(a range number 1.5 number 2.5)")]
    [InlineData("a!=\"b\"..\"d\"", "Unequal(a range string b string d)")]
    [InlineData("a==2020-01-01..2020-12-31", "Equal(a range Date 2020-01-01 Date 2020-12-31)")]
    [InlineData("a==12:00:00Z", "Equal(a Time 12:00:00Z)")]
    [InlineData("a==2020-01-01T00:00:00.123456Z", "Equal(a DateTime 2020-01-01T00:00:00.123456Z)")]
    [InlineData("a==2020-01-01T00:00:00,123Z", "Equal(a DateTime 2020-01-01T00:00:00,123Z)")]
    [InlineData("a==2020-01-01T00:00:00,5Z,2021-01-01T00:00:00Z",
        "Equal(a list DateTime 2020-01-01T00:00:00,5Z, DateTime 2021-01-01T00:00:00Z)")]
    [InlineData("a==2020-02-30", "Equal(a string 2020-02-30)")]
    [InlineData("a==true", "Equal(a boolean True)")]
    [InlineData("a==false,1,\"x\"", "Equal(a list boolean False, number 1, string x)")]
    [InlineData("a==urn:x:1", "Equal(a uri urn:x:1)")]
    [InlineData("a==http://x/(y;z)?p=1;b", "and(Equal(a uri http://x/(y;z)?p=1), b)")]
    [InlineData("(a==urn:x:1)", "Equal(a uri urn:x:1)")]
    [InlineData("a==007", "Equal(a string 007)")]
    [InlineData("a==NaN", "Equal(a string NaN)")]
    [InlineData("a==Eiffel Tower", "Equal(a string Eiffel Tower)")]
    [InlineData("a==\"q\\\"b\\\\s\\u00e9\\n/;|\"", "Equal(a string q\"b\\sé\n/;|)")]
    [InlineData("a~=^Mer.*;b", "and(Matches(a pattern ^Mer.*), b)")]
    [InlineData("a~=(x|y);b", "and(Matches(a pattern (x|y)), b)")]
    [InlineData("(a~=x|y)", "or(Matches(a pattern x), y)")]
    [InlineData("a!~=[);|];b", "and(NotMatches(a pattern [);|]), b)")]
    [InlineData("a~=\"(x|y);\\\"\\d[[:digit:]]\"|b", "or(Matches(a pattern (x|y);\"\\d[[:digit:]]), b)")]
    [InlineData("a.b.c", "a.b.c")]
    [InlineData("a.unitCode==\"CEL\"", "Equal(a.unitCode string CEL)")]
    [InlineData("a.b.datasetId==urn:d", "Equal(a.b.datasetId uri urn:d)")]
    [InlineData("createdAt>2020-01-01T00:00:00Z", "Greater(createdAt DateTime 2020-01-01T00:00:00Z)")]
    [InlineData("a[\"b.c\".d]", "a[b.c|d]")]
    [InlineData("r{s{T1,T2:a.b[c]}}<3", "Less(r{:s{T1,T2:a.b[c]}} number 3)")]
    [InlineData("https://example.org/v1.0/a#b>1", "Greater(https://example.org/v1.0/a#b number 1)")]
    [InlineData("<https://example.org/a>.observedAt<2020-01-01T00:00:00Z", "Less(https://example.org/a.observedAt DateTime 2020-01-01T00:00:00Z)")]
    [InlineData("größe>1", "Greater(größe number 1)")]
    public void Everything_clients_send_is_read(string q, string tree) => Assert.Equal(tree, Read(q));

    [Theory]
    [InlineData("", "q is not valid at position 1: a name is expected")]
    [InlineData("a==", "q is not valid at position 4: a value is expected")]
    [InlineData("a=1", "q is not valid at position 2: '=' is not expected")]
    [InlineData("a==1;;b", "q is not valid at position 6: a name is expected")]
    [InlineData("a==1;", "q is not valid at position 6: a name is expected")]
    [InlineData("(a", "q is not valid at position 3: ')' is expected")]
    [InlineData("a)", "q is not valid at position 2: ')' is not expected")]
    [InlineData("a==\"x", "q is not valid at position 4: the string has no end")]
    [InlineData("a==\"\\x\"", "q is not valid at position 6: the escape is not valid")]
    [InlineData("a>1..2", "q is not valid at position 3: only == and != compare with a range")]
    [InlineData("a>1,2", "q is not valid at position 3: only == and != compare with a list")]
    [InlineData("a>true", "q is not valid at position 3: only == and != compare with a boolean or a URI")]
    [InlineData("a<urn:x", "q is not valid at position 3: only == and != compare with a boolean or a URI")]
    [InlineData("a==1..\"x\"", "q is not valid at position 4: the ends of a range are of one type that has an order")]
    [InlineData("a==1,", "q is not valid at position 6: a value is expected")]
    [InlineData("a==1==2", "q is not valid at position 5: '=' is not expected")]
    [InlineData("a~=", "q is not valid at position 4: a pattern is expected")]
    [InlineData("a~=\"x", "q is not valid at position 4: the pattern has no closing quote")]
    [InlineData("a~=(x", "the pattern '(x' is not valid: InsufficientClosingParentheses at position 2")]
    [InlineData("a~=[x", "the pattern '[x' is not valid: a [ has no ]")]
    [InlineData("a[b", "q is not valid at position 4: ']' is expected")]
    [InlineData("a[]", "q is not valid at position 3: the name of a member or a language is expected")]
    [InlineData("a..b", "q is not valid at position 2: '.' is not expected")]
    [InlineData("r{a,b}", "q is not valid at position 6: ':' is expected after the types")]
    [InlineData("1a==1", "q is not valid at position 1: a name is expected")]
    public void Wrong_text_is_refused_with_its_place(string q, string detail)
    {
        var error = QParser.Parse(q, Context.Core).Error;
        Assert.Equal(NgsiLdError.BadRequestData(detail), error);
    }

    [Theory]
    [InlineData('(', 100_000)]
    [InlineData('(', 10_000)]
    [InlineData('(', 65)]
    public void Deep_nesting_is_too_complex(char open, int times) =>
        Assert.Equal(NgsiLdErrorKind.TooComplexQuery, QParser.Parse(new string(open, times), Context.Core).Error!.Kind);

    [Fact]
    public void Deeply_linked_paths_are_too_complex()
    {
        var q = string.Concat(Enumerable.Repeat("r{", 1000));
        Assert.Equal(NgsiLdErrorKind.TooComplexQuery, QParser.Parse(q, Context.Core).Error!.Kind);
    }

    [Theory]
    [InlineData("gender==Male;name==\"Male\"", "and(Equal(gender string http://example.org/Male), Equal(name string Male))")]
    [InlineData("gender!=\"Male\",ex:Female|a", "or(Unequal(gender list string http://example.org/Male, string http://example.org/Female), a)")]
    [InlineData("gender==1", "Equal(gender number 1)")]
    public void Values_of_named_attributes_are_expanded(string q, string tree)
    {
        var context = CompiledContext.Of("{\"Male\":\"http://example.org/Male\",\"ex\":\"http://example.org/\"}");
        var expanded = ExpandedValues.In(QParser.Parse(q, context).Value, [context.Expand("gender")], context);
        Assert.Equal(tree, TreeText.Of(expanded));
        Assert.Equal(expanded, ExpandedValues.In(expanded, [], context));
    }

    [Fact]
    public void Every_text_up_to_the_limit_gets_an_answer()
    {
        var random = new Random(4711);
        const string Alphabet = "ab1=!~<>;|(){}[].,:\"\\*'-+T Z@é\ud83d\0";
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            if (QParser.Parse(text, Context.Core).TryGet(out var tree, out _)) QueryWriter.Write(tree, Context.Core);
            TypeSelectionParser.Parse(text, Context.Core);
            ScopeQueryParser.Parse(text);
            ProjectionParser.Parse(text, Context.Core);
            GeoQueryParser.Parse(text, "Point", text, text, Context.Core);
        }
    }

    private static string Read(string q) => TreeText.Of(QParser.Parse(q, Context.Core).Value);
}
