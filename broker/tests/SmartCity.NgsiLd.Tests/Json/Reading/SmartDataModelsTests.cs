using System.Text;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using Xunit;
using Xunit.Abstractions;

namespace SmartCity.NgsiLd.Tests.Json.Reading;

/// <summary>What the world publishes as normalized NGSI-LD: most of it is, and what is not is told why.</summary>
public class SmartDataModelsTests(ITestOutputHelper output)
{
    [Fact]
    public void Normalized_examples_are_read_or_refused_with_member_and_reason()
    {
        if (SmartDataModels.Find() is not { } models)
        {
            output.WriteLine("Skipped: the Smart Data Models are not at hand.");
            return;
        }

        var clean = 0;
        var refusals = new List<string>();
        foreach (var (name, json) in models.NormalizedExamples())
        {
            var read = EntityReader.Read(json, models.ContextOf(json), EntityInput.Entity, EntityReaderOptions.Default);
            if (read.IsSuccess) clean++;
            else refusals.Add($"{name}: {read.Error!.Detail}");
        }

        output.WriteLine($"{clean} clean, {refusals.Count} not:");
        foreach (var refusal in refusals) output.WriteLine(refusal);
        // Of 205; each refusal has been looked at, and is right by the standard.
        Assert.InRange(clean, 145, int.MaxValue);
        Assert.All(refusals, refusal => Assert.Matches(@"^[\w.-]+/\w+: \S.* (is|has|names|ends) .*\.$", refusal));
    }

    [Fact]
    public void What_is_read_is_written_and_read_again_alike()
    {
        foreach (var (name, json) in SmartDataModels.Find()?.NormalizedExamples() ?? [])
        {
            var context = SmartDataModels.Find()!.ContextOf(json);
            if (!EntityReader.Read(json, context, EntityInput.Entity, EntityReaderOptions.Default).TryGet(out var entity, out _)) continue;
            foreach (var format in new[] { EntityFormat.Normalized, EntityFormat.Concise })
            {
                var written = Writing.Write(entity, new Representation { Format = format }, context);
                var again = EntityReader.Read(Encoding.UTF8.GetBytes(written), context, EntityInput.Entity, EntityReaderOptions.Default);
                Assert.True(again.IsSuccess, $"{name} {format}: {again.Error?.Detail}");
                Assert.Equal(PackedEntity.Pack(entity).Bytes.ToArray(), PackedEntity.Pack(again.Value).Bytes.ToArray());
            }
        }
    }
}
