using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Federation.Reading;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;
using Xunit;

namespace SmartCity.Broker.Tests.Federation.Reading;

public sealed class ForwardingPlanTests
{
    [Theory]
    // Wanted; registered; asked for.
    [InlineData("", "A", "A")]
    [InlineData("A", "A", "A")]
    [InlineData("A", "B", "-")]
    [InlineData("A|B", "A", "A")]
    [InlineData("A|B", "A + B", "A|B")]
    [InlineData("A|B|C", "A + B + A", "A|B")]
    // Whoever has registered Entities of two types is asked for these.
    [InlineData("A", "A,B", "(A;B)")]
    [InlineData("(A;B)", "A,B", "(A;B)")]
    [InlineData("(A;B)", "A", "-")]
    // Ids and patterns.
    [InlineData("A #1 #2", "A #2 + A #3", "A #2")]
    [InlineData("A #1 #2", "A", "A #1 #2")]
    [InlineData("A #1 #2 #3", "A #2 + A #3", "A #2 #3")]
    [InlineData("A #1 #2 #22", "A ~2", "A #2 #22")]
    [InlineData("A #1", "A ~2", "-")]
    [InlineData("A ~1", "A #1", "A #1")]
    [InlineData("A ~1", "A #2", "-")]
    [InlineData("A ~1", "A ~2", "A ~2")]
    [InlineData("A ~1", "A", "A ~1")]
    [InlineData("A", "A ~2", "A ~2")]
    [InlineData("#1", "A", "A #1")]
    [InlineData("A #1 + B #2", "A + B", "A #1 + B #2")]
    // Information without Entities is of all that is wanted.
    [InlineData("A #1", "", "A #1")]
    [InlineData("", "", "")]
    public void A_source_is_asked_for_what_is_wanted_and_registered(string wanted, string registered, string asked)
    {
        var reduced = SelectorReduction.Reduce(Selectors(wanted), [Part(registered, "")]);
        Assert.Equal(asked, reduced.IsDefault ? "-" : string.Join(" + ", reduced.Select(Write)));
    }

    [Theory]
    // What is shown; what each part has registered; what is asked for.
    [InlineData("", "", "")]
    [InlineData("", "a b", "a b")]
    [InlineData("b", "", "b")]
    [InlineData("b c", "a b", "b")]
    [InlineData("c", "a b", "-")]
    [InlineData("", "a,b", "a b")]
    [InlineData("b", "a,b", "b")]
    // Others are asked for all, since they would say nothing of an Entity without what is wanted.
    [InlineData("b", "", "", RegistrationMode.Inclusive)]
    [InlineData("b", "a b", "a b", RegistrationMode.Inclusive)]
    [InlineData("c", "a b", "-", RegistrationMode.Inclusive)]
    [InlineData("b", "a b", "b", RegistrationMode.Inclusive, true)]
    [InlineData("b", "", "b", RegistrationMode.Auxiliary, true)]
    public void A_source_is_asked_for_Attributes_that_are_wanted_and_registered(
        string shown, string parts, string asked, RegistrationMode mode = RegistrationMode.Exclusive, bool isFilter = false)
    {
        var match = Match(mode, [.. parts.Split(',').Select(names => Part("A #1", names))]);
        var plan = ForwardingPlan.ForEntity("#1", null, new(Words(shown), [], isFilter), new([match], []), isHere: false);
        Assert.Equal(asked, plan.Sources is [var source] ? string.Join(' ', source.Selection.AttributeNames) : "-");
        if (plan.Sources is [var one]) Assert.Null(one.Selection.Type);
    }

    [Theory]
    // Whether Entities are split; what is shown; what is registered; the names that filter; those that are asked for; whether q is forwarded.
    [InlineData(true, "", "", "", "", false)]
    [InlineData(true, "a", "", "", "a f q", false)]
    [InlineData(true, "a", "a f", "", "a f", false)]
    [InlineData(true, "a", "b", "-", "-", false)]
    [InlineData(false, "", "", "f", "", true)]
    [InlineData(false, "a f", "f x", "f", "f", true)]
    public void Filters_are_forwarded_where_Entities_are_whole(
        bool split, string shown, string registered, string filter, string asked, bool q)
    {
        var query = new EntityQuery
        {
            Selectors = Selectors("A"),
            AttributeNames = ["f"],
            Q = new QExists(AttributePath.Of("q")),
            Scope = new ScopePattern(["x"]),
        };
        var match = Match(RegistrationMode.Inclusive, [Part("A", registered)]);
        var plan = ForwardingPlan.ForQuery(query, new(Words(shown), [], IsFilter: true), split, new([match], []));
        if (asked == "-")
        {
            Assert.Empty(plan.Sources);
            return;
        }

        var source = Assert.Single(plan.Sources);
        var sent = Assert.Single(source.Queries);
        Assert.Equal(filter, string.Join(' ', sent.AttributeNames));
        Assert.Equal(asked, string.Join(' ', source.Selection.AttributeNames));
        Assert.Equal(q, sent.Q is not null && sent.Scope is not null);
    }

    [Fact]
    public void A_query_that_would_be_too_wide_for_the_source_names_Attributes()
    {
        var match = Match(RegistrationMode.Inclusive, [Part("", "a b")]);
        var plan = ForwardingPlan.ForQuery(new() { Q = new QExists(AttributePath.Of("a")) }, ShownAttributes.All, true, new([match], []));
        Assert.Equal("a b", string.Join(' ', Assert.Single(Assert.Single(plan.Sources).Queries).AttributeNames));
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("", "@none d", "@none d")]
    [InlineData("d", "", "d")]
    [InlineData("d e", "e f", "e")]
    public void Instances_are_asked_for_that_are_wanted_and_registered(string wanted, string registered, string asked)
    {
        var match = Match(RegistrationMode.Inclusive, [Part("A", "")], datasetIds: registered);
        var plan = ForwardingPlan.ForEntity("#1", null, new([], Words(wanted)), new([match], []), isHere: false);
        Assert.Equal(asked, string.Join(' ', Assert.Single(plan.Sources).Selection.DatasetIds));
    }

    [Theory]
    [InlineData(ContextSourceOperations.RetrieveEntity, true, 0)]
    [InlineData(ContextSourceOperations.QueryEntity, false, 2)]
    [InlineData(ContextSourceOperations.QueryEntity | ContextSourceOperations.QueryBatch, false, 1)]
    [InlineData(ContextSourceOperations.UpdateOps, false, 0)]
    [InlineData(ContextSourceOperations.FederationOps, true, 1)]
    public void A_source_is_asked_in_ways_that_it_offers(ContextSourceOperations operations, bool retrieve, int queries)
    {
        var matches = new RegistrationMatches([Match(RegistrationMode.Inclusive, [Part("A #1 + B #2", "")], operations)], []);
        Assert.Equal(retrieve, !ForwardingPlan.ForEntity("#1", null, ShownAttributes.All, matches, isHere: false).Sources.IsEmpty);
        var query = new EntityQuery { Selectors = Selectors("A #1 + B #2") };
        Assert.Equal(queries, ForwardingPlan.ForQuery(query, ShownAttributes.All, true, matches).Sources.Sum(source => source.Queries.Length));
    }

    [Theory]
    // What is registered; what the source answers; what of it is taken.
    [InlineData("A", "", "A : a=1; b=2", "A : a=1; b=2")]
    [InlineData("A", "b", "A : a=1; b=2", "A : b=2")]
    [InlineData("A", "b", "B : a=1; b=2", "")]
    [InlineData("A", "c", "A : a=1; b=2", "")]
    [InlineData("A #9", "", "A : a=1", "")]
    [InlineData("A,B", "", "A : a=1", "")]
    [InlineData("A,B", "", "A,B : a=1", "A,B : a=1")]
    [InlineData("", "a", "C : a=1; b=2", "C : a=1")]
    [InlineData("A", "", "A /x /y : a=1", "A /x /y : a=1", "/x")]
    [InlineData("A", "", "A /x/y : a=1", "A /x/y : a=1", "/x")]
    [InlineData("A", "", "A /y : a=1", "", "/x")]
    [InlineData("A", "", "A : a=1", "A : a=1", "/x")]
    public void No_more_is_taken_than_is_registered(string entities, string names, string answered, string taken, string scopes = "")
    {
        var match = Match(RegistrationMode.Inclusive, [Part(entities, names)], scopes: scopes);
        var plan = ForwardingPlan.ForQuery(new(), ShownAttributes.All, true, new([match], []));
        Assert.Equal(taken, PartText.Write(Assert.Single(plan.Sources).Cut(PartText.Part(answered).Entity)));
    }

    [Theory]
    [InlineData(RegistrationMode.Exclusive, "A", "a", "A : a=1; b=2", "A : b=2")]
    [InlineData(RegistrationMode.Redirect, "A", "a", "A : a=1; b=2", "A : b=2")]
    [InlineData(RegistrationMode.Redirect, "A", "", "A : a=1; b=2", "")]
    [InlineData(RegistrationMode.Redirect, "B", "", "A : a=1; b=2", "A : a=1; b=2")]
    [InlineData(RegistrationMode.Redirect, "A", "", "A /y : a=1", "A /y : a=1", "/x")]
    [InlineData(RegistrationMode.Redirect, "A", "", "A /x : a=1", "", "/x")]
    [InlineData(RegistrationMode.Inclusive, "A", "a", "A : a=1; b=2", "A : a=1; b=2")]
    [InlineData(RegistrationMode.Auxiliary, "A", "a", "A : a=1; b=2", "A : a=1; b=2")]
    public void What_is_registered_to_be_elsewhere_is_not_taken_from_here(
        RegistrationMode mode, string entities, string names, string own, string left, string scopes = "")
    {
        // Whether or not the source can be asked.
        var match = Match(mode, [Part(entities, names)], ContextSourceOperations.UpdateOps, scopes: scopes);
        var plan = ForwardingPlan.ForQuery(new(), ShownAttributes.All, true, new([match], []));
        Assert.Equal(left, PartText.Write(plan.WithoutProxied(PartText.Part(own).Entity)));
    }

    [Fact]
    public void A_source_is_asked_for_given_ids_of_those_that_it_may_have()
    {
        var match = Match(RegistrationMode.Inclusive, [Part("A #1 + B ~2", "")]);
        var plan = ForwardingPlan.ForQuery(new(), ShownAttributes.All, true, new([match], []));
        var query = Assert.Single(Assert.Single(plan.Sources).QueriesOf(["#1", "#2", "#3"]));
        Assert.Equal("A #1 + B #2", string.Join(" + ", query.Selectors.Select(Write)));
        Assert.Empty(plan.Sources[0].QueriesOf(["#3"]));
    }

    private static MatchedSource Match(
        RegistrationMode mode, ImmutableArray<RegistrationInfo> parts,
        ContextSourceOperations operations = ContextSourceOperations.FederationOps, string datasetIds = "", string scopes = "") =>
        new(new("", new ContextSourceRegistration
        {
            Id = "urn:r",
            Endpoint = "http://x",
            Information = parts,
            Mode = mode,
            Operations = operations,
            DatasetIds = Words(datasetIds),
            Scopes = Words(scopes),
        }, new()), parts);

    private static RegistrationInfo Part(string entities, string names) => new(
        [.. Selectors(entities.Replace(',', '&')).Select(selector => new EntityInfo(
            selector.Type is TypeAnd and ? [.. and.Terms.Select(term => ((TypeIs)term).Type)] : [((TypeIs)selector.Type!).Type],
            selector.Ids is [var id] ? id : null,
            selector.IdPattern))],
        Words(names),
        []);

    // A|B #id #id ~pattern + C
    private static ImmutableArray<EntitySelector> Selectors(string text)
    {
        if (text.Length == 0) return [];
        return [.. text.Split(" + ").Select(one =>
        {
            var words = one.Split(' ');
            var type = words.FirstOrDefault(word => word[0] is not ('#' or '~'))?.Replace("&", ";", StringComparison.Ordinal);
            if (type is not null && type.Contains(';', StringComparison.Ordinal) && type[0] != '(') type = $"({type})";
            return new EntitySelector
            {
                Ids = [.. words.Where(word => word[0] == '#')],
                IdPattern = words.FirstOrDefault(word => word[0] == '~') is { } pattern ? IdPattern.Parse(pattern[1..]).Value : null,
                Type = type is null ? null : Shorten(TypeSelectionParser.Parse(type, Context.Core).Value),
            };
        })];
    }

    private static TypeSelection Shorten(TypeSelection selection) => selection switch
    {
        TypeIs one => new TypeIs(Context.Core.Compact(one.Type)),
        TypeAnd and => new TypeAnd([.. and.Terms.Select(Shorten)]),
        TypeOr or => new TypeOr([.. or.Terms.Select(Shorten)]),
        _ => selection,
    };

    private static string Write(EntitySelector selector)
    {
        IEnumerable<string> words = selector.Type is null ? [] : [QueryWriter.Write(selector.Type, Context.Core)];
        words = words.Concat(selector.Ids);
        return string.Join(' ', selector.IdPattern is { } pattern ? words.Append($"~{pattern.Text}") : words);
    }

    private static ImmutableArray<string> Words(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
