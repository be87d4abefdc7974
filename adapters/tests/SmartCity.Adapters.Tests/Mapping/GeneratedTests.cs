using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using SmartCity.Adapters.Cities;
using SmartCity.Adapters.Mapping;
using SmartCity.Adapters.Sources.MqttJson;
using SmartCity.Adapters.Tests.Peers;
using SmartCity.Mqtt;

namespace SmartCity.Adapters.Tests.Mapping;

public class GeneratedTests
{
    [Fact]
    public void A_number_is_read_back_whatever_its_separators() =>
        Check.One(Runs(1000), Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<byte>(), (whole, hundredths) =>
        {
            var number = whole + (Math.Sign(whole) * (hundredths % 100) / 100m);
            var slovenian = (NumberFormatInfo)CultureInfo.InvariantCulture.NumberFormat.Clone();
            (slovenian.NumberDecimalSeparator, slovenian.NumberGroupSeparator) = (",", ".");
            return new NumberFormat(',', '.').TryParse(number.ToString("N2", slovenian), out var grouped) && grouped == number
                && new NumberFormat(',', null).TryParse(number.ToString("0.00", slovenian), out var plain) && plain == number;
        }));

    [Fact]
    public void Any_text_is_a_path_and_a_template_or_none() =>
        Check.One(Runs(2000), Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            var path = MessagePath.Parse(text ?? "");
            var template = Template.Parse(text ?? "", out var error);
            return (path is null || path.Text == text) && template is null == error is not null;
        }));

    [Fact]
    public void Any_payload_is_measures_or_a_problem_and_any_cell_maps_or_is_rejected()
    {
        var mapping = Mapping();
        var json = Gen.Elements("{", "}", "[", "]", "\"a\"", "\"b\"", "\"č\\ud800\"", ":", ",", "1", "-2.5e3", "1e999", "null", "true", " ", "\u0000");
        Check.One(Runs(3000), Prop.ForAll(json.ListOf().Select(parts => string.Concat(parts)).ToArbitrary(), payload =>
        {
            var message = new MqttMessage("/key/d/attrs", Encoding.UTF8.GetBytes(payload));
            return MeasureReader.Read(message, out var problem) is { } measures ? measures.All(m => MapsSoundly(mapping, m)) : problem is not null;
        }));
        Check.One(Runs(1000), Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<NonNull<string>>(), (a, b) =>
            MapsSoundly(mapping, new RowMessage(
                new Dictionary<string, int> { ["a"] = 0, ["b"] = 1 }, [MessageValue.Of(a.Get), MessageValue.Of(b.Get)], ""))));
    }

    private static bool MapsSoundly(EntityMapping mapping, Message message)
    {
        MappingOutcome outcome;
        try
        {
            outcome = mapping.Map(message);
        }
        catch (InvalidOperationException) when (message is JsonMessage)
        {
            // A lone surrogate in a JSON text; the pipeline rejects the message.
            return message.Describe().Contains("ud800", StringComparison.Ordinal);
        }

        foreach (var entity in outcome.Entities)
        {
            using var written = JsonDocument.Parse(entity.Json);
            if (written.RootElement.GetProperty("id").GetString() != entity.Id) return false;
            if (!Uri.IsWellFormedUriString(entity.Id, UriKind.Absolute)) return false;
        }

        return outcome.Entities.Count == 0 || outcome.Problems.Count == 0;
    }

    private static EntityMapping Mapping()
    {
        using var folder = new TemporaryCity();
        folder.Write("mapping.yaml", """
            numbers: { decimal: ",", thousands: "." }
            entities:
              id: urn:e:{a}
              type: T
              attributes:
                a: { from: a }
                b: { from: b, as: number, scale: 0.1, round: 2 }
                c: { text: "{a}{b}", observedAt: b }
                d: { from: a, split: ",", kind: ListProperty }
                e: { lon: a, lat: b }
                f: { from: b, as: json, kind: JsonProperty }
              others: true
            """);
        var problems = new List<Problem>();
        var mapping = MappingReader.Read(YamlSection.Load(folder["mapping.yaml"], problems)!, null);
        Assert.Empty(problems);
        return mapping;
    }

    private static Config Runs(int count) => Config.QuickThrowOnFailure.WithMaxTest(count);
}
