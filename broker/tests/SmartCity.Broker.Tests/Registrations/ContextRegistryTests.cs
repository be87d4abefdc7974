using System.Collections.Immutable;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Tests.Notifications;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;
using Xunit;

namespace SmartCity.Broker.Tests.Registrations;

public class ContextRegistryTests
{
    private static readonly Call Anybody = new() { Context = Context.Core };
    private static readonly SourceIdentity Identity = new("here", DateTimeOffset.UnixEpoch);

    private static readonly Gen<string> Id = Gen.Elements("urn:x:1", "urn:x:2", "urn:y:1");
    private static readonly Gen<string> Type = Gen.Elements("A", "B", "C");
    private static readonly Gen<string> Attribute = Gen.Elements("p", "q", "r");
    private static readonly Gen<IdPattern?> Pattern = Gen.Elements(null, null, IdPattern.Parse("^urn:x").Value, IdPattern.Parse("1$").Value);

    private static readonly Gen<EntityInfo> Entity =
        from types in Some(Type, 1, 2)
        from id in Gen.OneOf(Id.Select(id => (string?)id), Gen.Constant((string?)null))
        from pattern in Pattern
        select new EntityInfo(types, id, pattern);

    private static readonly Gen<RegistrationInfo> Info =
        from entities in Some(Entity, 0, 2)
        from properties in Some(Attribute, 0, 2)
        from relationships in Some(Attribute, 0, 1)
        where !entities.IsEmpty || !properties.IsEmpty || !relationships.IsEmpty
        select new RegistrationInfo(entities, properties, relationships);

    private static readonly Gen<string> Dataset = Gen.Elements("urn:d:1", "urn:d:2", "@none");

    private static readonly Gen<TimeInterval?> Interval = Gen.OneOf(
        Gen.Constant((TimeInterval?)null),
        Gen.Constant((TimeInterval?)null),
        from start in Gen.Choose(1, 4)
        from length in Gen.Choose(0, 2)
        from isOpen in Gen.Elements(true, false)
        select (TimeInterval?)new TimeInterval(Stamp(start), isOpen ? null : Stamp(start + length)));

    private static readonly Gen<RegistrationTime?> Time = Gen.OneOf(
        Gen.Constant((RegistrationTime?)null),
        from isManagement in Gen.Elements(true, false)
        from start in Gen.Choose(0, 7)
        from length in Gen.Choose(0, 2)
        from relation in Gen.Choose(0, 2)
        select (RegistrationTime?)new RegistrationTime(isManagement, relation == 0 ? null : Day(start), relation == 1 ? null : Day(start + length)));

    private static readonly Gen<ContextSourceRegistration> Registration =
        from information in Some(Info, 1, 3)
        from mode in Gen.Elements(Enum.GetValues<RegistrationMode>())
        from alias in Gen.Elements(null, "north", "south")
        from datasets in Some(Dataset, 0, 2)
        from observed in Interval
        from managed in Interval
        from ends in Gen.Elements<Timestamp?>(null, null, new Timestamp(DateTimeOffset.UnixEpoch, ""))
        select new ContextSourceRegistration
        {
            Id = "",
            Endpoint = "http://a.example",
            Information = information,
            Mode = mode,
            ContextSourceAlias = alias,
            DatasetIds = datasets,
            ObservationInterval = observed,
            ManagementInterval = managed,
            ExpiresAt = ends,
        };

    private static readonly Gen<TypeSelection> Selection = Gen.Sized(size => Types(Math.Min(size, 4)));

    private static readonly Gen<EntitySelector> Selector =
        from ids in Some(Id, 0, 2)
        from type in Gen.OneOf(Selection.Select(one => (TypeSelection?)one), Gen.Constant((TypeSelection?)null))
        from pattern in Pattern
        select new EntitySelector { Ids = ids, Type = type, IdPattern = pattern };

    private static readonly Gen<RegistrationQuery> Query =
        from selectors in Some(Selector, 0, 2)
        from names in Some(Attribute, 0, 2)
        from datasets in Some(Dataset, 0, 2)
        from time in Time
        select new RegistrationQuery { Selectors = selectors, AttributeNames = names, DatasetIds = datasets, Time = time };

    [Fact]
    public void The_registry_finds_what_the_clauses_say()
    {
        var cases = Arb.From(
            from registrations in Some(Registration, 0, 12)
            from queries in Some(Query, 1, 8)
            from via in Some(Gen.Elements("north", "other"), 0, 2)
            select (registrations, queries, via));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(cases, given =>
        {
            var registry = new ContextRegistry(Identity, TimeProvider.System);
            var sources = given.registrations
                .Select((registration, i) => new ContextSource("", registration with { Id = $"urn:r:{i}" }, new())).ToList();
            foreach (var source in sources) registry.Put(source);
            return given.queries.All(query => Agrees(registry, sources, query, given.via));
        }));
    }

    [Fact]
    public void Whatever_comes_changes_and_goes_the_order_is_that_of_creation()
    {
        // More changes than the index of what is new takes, again and again.
        var changes = Arb.From(
            from steps in Some(from place in Gen.Choose(0, 200) from registration in Registration from goes in Gen.Choose(0, 4) select (place, registration, goes), 600, 600)
            from queries in Some(Query, 8, 8)
            select (steps, queries));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10), Prop.ForAll(changes, given =>
        {
            var registry = new ContextRegistry(Identity, TimeProvider.System);
            var sources = new List<ContextSource>();
            var agrees = true;
            for (var i = 0; i < given.steps.Length; i++)
            {
                var (place, registration, goes) = given.steps[i];
                var id = $"urn:r:{place}";
                var at = sources.FindIndex(source => source.Id == id);
                if (at >= 0 && goes == 0)
                {
                    registry.Remove(sources[at]);
                    sources.RemoveAt(at);
                }
                else
                {
                    var source = new ContextSource("", registration with { Id = id }, new());
                    registry.Put(source);
                    if (at >= 0) sources[at] = source;
                    else sources.Add(source);
                }

                agrees &= Agrees(registry, sources, given.queries[i % given.queries.Length], []);
            }

            return agrees && registry.Of("").SequenceEqual(sources);
        }));
    }

    [Fact]
    public void A_tenant_has_its_own_and_a_change_is_seen_at_once()
    {
        var registry = new ContextRegistry(Identity, TimeProvider.System);
        var source = new ContextSource("t", Of("A"), new());
        registry.Put(source);
        var mine = Anybody with { Tenant = "t" };
        Assert.False(registry.HasAny(""));
        Assert.True(registry.HasAny("t"));
        Assert.Same(RegistrationMatches.None, registry.Match(Anybody, For("A")));
        Assert.Same(source, Assert.Single(registry.Match(mine, For("A")).Sources).Source);
        registry.Put(new("t", Of("B"), source.State));
        Assert.True(registry.Match(mine, For("A")).IsEmpty);
        Assert.Same(source.State, Assert.Single(registry.Match(mine, For("B")).Sources).Source.State);
        registry.Remove(source);
        Assert.False(registry.HasAny("t"));
    }

    [Fact]
    public void What_has_expired_matches_no_more()
    {
        var clock = new ManualClock();
        var registry = new ContextRegistry(Identity, clock);
        registry.Put(new("", Of("A") with { ExpiresAt = new(clock.GetUtcNow().AddMinutes(1), "") }, new()));
        Assert.False(registry.Match(Anybody, For("A")).IsEmpty);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(registry.Match(Anybody, For("A")).IsEmpty);
        Assert.Null(registry.Find("", "urn:r:1"));
    }

    [Theory]
    [InlineData(RegistrationMode.Inclusive, false)]
    [InlineData(RegistrationMode.Auxiliary, false)]
    [InlineData(RegistrationMode.Exclusive, true)]
    [InlineData(RegistrationMode.Redirect, true)]
    public void Whom_a_request_has_passed_is_not_asked_again(RegistrationMode mode, bool isLoop)
    {
        var registry = new ContextRegistry(Identity, TimeProvider.System);
        registry.Put(new("", Of("A") with { Mode = mode, ContextSourceAlias = "north" }, new()));
        var found = registry.Match(Anybody with { Via = ["south", "north"] }, For("A"));
        Assert.Empty(found.Sources);
        Assert.Equal(isLoop ? 1 : 0, found.Loops.Length);
        Assert.Single(registry.Match(Anybody with { Via = ["south"] }, For("A")).Sources);
    }

    private static bool Agrees(
        ContextRegistry registry, List<ContextSource> sources, RegistrationQuery query, ImmutableArray<string> via)
    {
        var all = sources.Where(source => source.Registration.ExpiresAt is null && !Matching(query, source.Registration).IsEmpty).ToList();
        var found = registry.Match(Anybody with { Via = via }, query);
        var passed = all.Where(source => source.Registration.ContextSourceAlias is { } alias && via.Contains(alias)).ToList();
        return found.Sources.Select(match => match.Source).SequenceEqual(all.Except(passed))
            && found.Loops.SequenceEqual(passed.Where(p => p.Registration.Mode is RegistrationMode.Exclusive or RegistrationMode.Redirect))
            && found.Sources.All(match => match.Information.SequenceEqual(Matching(query, match.Registration)));
    }

    /// <summary>ETSI GS CIM 009 5.12 and 5.10.2.4, condition by condition, as they stand there.</summary>
    private static ImmutableArray<RegistrationInfo> Matching(RegistrationQuery query, ContextSourceRegistration registration)
    {
        var sharesDataset = query.DatasetIds.IsEmpty || registration.DatasetIds.IsEmpty || query.DatasetIds.Intersect(registration.DatasetIds).Any();
        return sharesDataset && IsOfTime(query.Time, registration)
            ? [.. registration.Information.Where(info => HasAttribute(query, info) && HasEntity(query, info))]
            : [];
    }

    private static bool IsOfTime(RegistrationTime? time, ContextSourceRegistration registration)
    {
        if (time is not { } asked) return registration is { ObservationInterval: null, ManagementInterval: null };
        var interval = asked.IsManagement ? registration.ManagementInterval : registration.ObservationInterval;
        if (interval is null) return false;
        var (from, to) = (asked.From ?? DateTimeOffset.MinValue, asked.To ?? DateTimeOffset.MaxValue);
        var (start, end) = (interval.StartAt.Value, interval.EndAt?.Value ?? DateTimeOffset.MaxValue);
        return (from > start ? from : start) <= (to < end ? to : end);
    }

    private static bool HasAttribute(RegistrationQuery query, RegistrationInfo info)
    {
        var registered = info.PropertyNames.Concat(info.RelationshipNames).ToList();
        return query.AttributeNames.IsEmpty || registered.Count == 0 || query.AttributeNames.Any(registered.Contains);
    }

    private static bool HasEntity(RegistrationQuery query, RegistrationInfo info) =>
        query.Selectors.IsEmpty || info.Entities.IsEmpty
        || query.Selectors.Any(selector => info.Entities.Any(entity => Selects(selector.Type, entity) && IsOfId(selector, entity)));

    private static bool Selects(TypeSelection? selection, EntityInfo entity) => selection switch
    {
        TypeIs one => entity.Types.Contains(one.Type),
        TypeAnd and => and.Terms.All(term => Selects(term, entity)),
        TypeOr or => or.Terms.Any(term => Selects(term, entity)),
        _ => true,
    };

    private static bool IsOfId(EntitySelector selector, EntityInfo entity)
    {
        // An id takes precedence over a pattern (5.2.8).
        var pattern = entity.Id is null ? entity.IdPattern : null;
        return (selector.Ids.IsEmpty && selector.IdPattern is null)
            || (entity.Id is null && pattern is null)
            || (entity.Id is { } id && selector.Ids.Contains(id))
            || (pattern is not null && selector.Ids.Any(asked => Regex.IsMatch(asked, pattern.Text)))
            || (entity.Id is { } named && selector.IdPattern is { } wanted && Regex.IsMatch(named, wanted.Text))
            || (selector.IdPattern is not null && pattern is not null);
    }

    private static Timestamp Stamp(int day) => new(Day(day), "");

    private static DateTimeOffset Day(int day) => DateTimeOffset.UnixEpoch.AddDays(day);

    private static ContextSourceRegistration Of(string type) => new()
    {
        Id = "urn:r:1",
        Endpoint = "http://a.example",
        Information = [new([new([type], null, null)], [], [])],
    };

    private static RegistrationQuery For(string type) => new() { Selectors = [new() { Type = new TypeIs(type) }] };

    private static Gen<TypeSelection> Types(int depth) => depth <= 1
        ? Gen.Frequency((5, Type.Select(type => (TypeSelection)new TypeIs(type))), (1, Gen.Constant((TypeSelection)new TypeAny())))
        : Gen.OneOf(
            Types(1),
            Some(Types(depth / 2), 2, 3).Select(terms => (TypeSelection)new TypeAnd(terms)),
            Some(Types(depth / 2), 2, 3).Select(terms => (TypeSelection)new TypeOr(terms)));

    private static Gen<ImmutableArray<T>> Some<T>(Gen<T> item, int least, int most) =>
        from count in Gen.Choose(least, most)
        from items in item.ListOf(count)
        select items.ToImmutableArray();
}
