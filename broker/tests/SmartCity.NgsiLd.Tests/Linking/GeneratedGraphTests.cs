using System.Collections.Immutable;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Tests.Json;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Tests.Linking;

/// <summary>
/// Small random graphs, full of cycles, stars and ends that lead nowhere: what is written is what the clause says, evaluated as
/// plainly as can be.
/// </summary>
public sealed class GeneratedGraphTests
{
    private const int Size = 6;
    private static readonly string[] Names = ["r", "s"];

    private static readonly Gen<int[]> Targets = from many in Gen.ListOf(Gen.Choose(0, Size + 1)) select many.Take(3).ToArray();

    private static readonly Gen<Case> Cases =
        from links in Gen.ArrayOf(Targets, Size * Names.Length)
        from shape in Gen.ArrayOf(Gen.Choose(0, 2), Size * Names.Length)
        from roots in Gen.NonEmptyListOf(Gen.Choose(0, Size - 1))
        from containedBy in Gen.Frequency((3, Gen.Constant(new List<int>())), (1, Gen.ListOf(Gen.Choose(0, Size - 1)).Select(ids => ids.ToList())))
        from level in Gen.Choose(1, 5)
        from pick in Gen.Elements(null, "id,r,s", "id,s", "id,r{id,s{id,r}},s", "id,r{r{id},s{id,s}}")
        select new Case(links, shape, [.. roots.Distinct()], [.. containedBy.Distinct()], level, pick);

    [Fact]
    public void Inline_answers_show_each_Entity_once_on_each_way_to_it() => Check(JoinKind.Inline, (graph, shown, roots) =>
    {
        foreach (var root in roots)
        {
            var expected = Inline(graph, graph[Id(root)], shown.Pick, shown.Join, [Id(root)], shown.Join.Level);
            Writing.AssertJson(expected.ToJsonString(), graph.Retrieve(shown, Id(root)));
        }
    });

    [Fact]
    public void Flattened_answers_show_what_is_in_reach_once() => Check(JoinKind.Flat, (graph, shown, roots) =>
    {
        var ids = roots.Select(Id).ToArray();
        var answer = JsonNode.Parse(graph.Answer(shown, ids))!.AsArray();
        var found = answer.Select(entity => (string?)entity!["id"]).OfType<string>().ToArray();
        Assert.Equal(found.Distinct(), found);
        Assert.Equal(ids, found[..ids.Length]);
        if (shown.Pick is null) Assert.Equal(Reach(graph, ids, shown.Join), found);
    });

    private static void Check(JoinKind kind, Action<Graph, Representation, ImmutableArray<int>> check) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(Cases.ToArbitrary(), one =>
        {
            var graph = new Graph(Enumerable.Range(0, Size).Select(one.Entity));
            var shown = new Representation
            {
                Format = EntityFormat.Simplified,
                Pick = Graph.Project(one.Pick),
                Join = new() { Kind = kind, Level = one.Level, ContainedBy = [.. one.ContainedBy.Select(Id)] },
            };
            check(graph, shown, one.Roots);
            Assert.InRange(graph.Questions, 0, one.Level * one.Roots.Length);
        }));

    private static string[] Reach(Graph graph, string[] roots, Join join)
    {
        List<string> reached = [.. roots];
        for (var (level, start) = (0, 0); level < join.Level; level++)
        {
            var end = reached.Count;
            for (; start < end; start++)
            {
                foreach (var attribute in graph[reached[start]].Unpack().Attributes)
                {
                    reached.AddRange(Objects(attribute).Where(id => Exists(id) && !join.ContainedBy.Contains(id)).Except(reached).ToArray());
                }
            }
        }

        return [.. reached];
    }

    private static JsonObject Inline(Graph graph, PackedEntity entity, Projection? pick, Join join, ImmutableArray<string> way, int left)
    {
        var shown = new JsonObject();
        if (pick is null || pick.Contains("id")) shown["id"] = entity.Id;
        if (pick is null) shown["type"] = "T";
        foreach (var attribute in entity.Unpack().Attributes)
        {
            var picked = pick?.Members.FirstOrDefault(member => member.Name == attribute.Name);
            if (pick is not null && picked is null) continue;
            JsonNode?[] targets = [.. Objects(attribute).Select(id => left > 0 && Exists(id) && !way.Contains(id) && !join.ContainedBy.Contains(id)
                ? (JsonNode)Inline(graph, graph[id], picked?.Linked ?? pick, join, way.Add(id), left - 1)
                : id)];
            var isArray = attribute is ListRelationship or Relationship { IsArray: true } || targets.Length != 1;
            shown[Context.Core.Compact(attribute.Name)] = isArray ? new JsonArray(targets) : targets[0];
        }

        return shown;
    }

    private static ImmutableArray<string> Objects(Attribute attribute) =>
        attribute is ListRelationship list ? list.Objects : ((Relationship)attribute).Objects;

    private static bool Exists(string id) => id[^1] - '0' < Size;

    private static string Id(int number) => "urn:e:" + number;

    private sealed record Case(int[][] Links, int[] Shape, ImmutableArray<int> Roots, ImmutableArray<int> ContainedBy, int Level, string? Pick)
    {
        public PackedEntity Entity(int number) => PackedEntity.Pack(new Entity
        {
            Id = Id(number),
            Types = [Writing.Default + "T"],
            Attributes = [.. Names.SelectMany((name, i) => Attribute(name, number * Names.Length + i))],
        });

        private IEnumerable<Attribute> Attribute(string name, int at)
        {
            ImmutableArray<string> objects = [.. Links[at].Select(Id)];
            if (objects.IsEmpty) return [];
            return Shape[at] switch
            {
                0 => [new ListRelationship { Name = Writing.Default + name, Objects = objects }],
                1 => [new Relationship { Name = Writing.Default + name, Objects = objects, IsArray = true }],
                _ => [new Relationship { Name = Writing.Default + name, Objects = objects }],
            };
        }
    }
}
