using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Property = SmartCity.NgsiLd.Entities.Property;

namespace SmartCity.Broker.StoreContract;

/// <summary>Generated sequences of operations, compared with the simplest model there is.</summary>
public abstract class GeneratedContract : StoreContract
{
    private static readonly Gen<int> Ids = Gen.Choose(0, 12);

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (6, Ids.Select(id => (Step)new PutStep(id))),
        (3, Ids.Select(id => (Step)new IncrementStep(id))),
        (2, Ids.Select(id => (Step)new DeleteStep(id))),
        (1, Gen.Constant((Step)new ReopenStep())));

    [Fact]
    public async Task Any_sequence_of_operations_leaves_what_the_model_says()
    {
        var model = new Dictionary<string, int>();
        var order = new List<string>();
        var sequences = Gen.Sample(Gen.ListOf(Steps), 60, 12);
        foreach (var sequence in sequences)
        {
            foreach (var step in sequence) await Apply(step, model, order);
            await Compare(model, order);
        }
    }

    private async Task Apply(Step step, Dictionary<string, int> model, List<string> order)
    {
        var id = $"urn:{step.Id}";
        var exists = model.ContainsKey(id);
        switch (step)
        {
            case PutStep:
                Assert.True((await Commit(Writes.Put(Writes.Entity(id, Writes.Number(Writes.Speed, 1)))))[0].IsSuccess);
                model[id] = 1;
                if (!exists) order.Add(id);
                break;
            case IncrementStep:
                Assert.Equal(exists, (await Commit(Writes.Increment(id, Writes.Speed)))[0].IsSuccess);
                if (exists) model[id]++;
                break;
            case DeleteStep:
                Assert.Equal(exists, (await Commit(Writes.Delete(id)))[0].IsSuccess);
                model.Remove(id);
                order.Remove(id);
                break;
            default:
                await Store.ReopenAsync();
                break;
        }
    }

    private async Task Compare(Dictionary<string, int> model, List<string> order)
    {
        var page = await Query(new(), count: true);
        Assert.Equal(order, page.Entities.Select(e => e.Id));
        Assert.Equal(order.Count, page.Total);
        foreach (var entity in page.Entities)
        {
            Assert.Equal($"{model[entity.Id]}", ((Property)entity.Unpack().Attributes[0]).Value.ToString());
        }

        // The log, replayed from the start, comes to the same.
        var replayed = new Dictionary<string, string>();
        foreach (var (_, _, change) in await ReadLog(0, Store.Log.Head, 50))
        {
            if (change.After is { } after) replayed[change.EntityId] = ((Property)after.Unpack().Attributes[0]).Value.ToString();
            else replayed.Remove(change.EntityId);
        }

        Assert.Equal(model.ToDictionary(m => m.Key, m => $"{m.Value}"), replayed);
    }

    private abstract record Step(int Id);

    private sealed record PutStep(int Id) : Step(Id);

    private sealed record IncrementStep(int Id) : Step(Id);

    private sealed record DeleteStep(int Id) : Step(Id);

    private sealed record ReopenStep() : Step(0);
}
