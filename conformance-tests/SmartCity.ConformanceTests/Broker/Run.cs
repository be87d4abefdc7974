using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;

namespace SmartCity.ConformanceTests.Broker;

/// <summary>One run of the suite: what its tests call themselves, and what the broker answered them.</summary>
internal static partial class Run
{
    private static readonly ConcurrentDictionary<Type, byte> Classes = new();
    private static readonly ConcurrentDictionary<(string Operation, HttpStatusCode Status, BrokerTest Test), byte> Seen = new();
    private static readonly ConcurrentDictionary<string, byte> UsedTenants = new();
    private static readonly ConcurrentDictionary<(string Address, string? Tenant), byte> Registrations = new();
    private static readonly AsyncLocal<string?> Mine = new();
    private static int _tests;

    /// <summary>Part of every id and type of this run.</summary>
    public static string Token { get; } = Guid.NewGuid().ToString("N")[..8];

    /// <summary>A type that no other test has, and no run before or beside this one.</summary>
    public static string NewType() => $"T{Token}{Interlocked.Increment(ref _tests):x4}";

    /// <summary>Whether a text names what another test made than the one that runs here, in this run or in one before or beside it.</summary>
    public static bool NamesAnother(string text, string? mine) =>
        mine is not null && Types().Matches(text).Any(type => string.CompareOrdinal(text, type.Index, mine, 0, mine.Length) != 0);

    [GeneratedRegex("T[0-9a-f]{12}")]
    private static partial Regex Types();

    /// <summary>The type of the test that runs here; null outside of any.</summary>
    public static string? CurrentType => Mine.Value;

    /// <summary>Whether the whole suite ran, not a part of it.</summary>
    public static bool IsWhole => Classes.Count == typeof(BrokerTest).Assembly.GetTypes()
        .Count(type => !type.IsAbstract && type.IsSubclassOf(typeof(BrokerTest)));

    /// <summary>The tenants that its requests named.</summary>
    public static IEnumerable<string?> Tenants => UsedTenants.Keys;

    /// <summary>The registrations that its tests made, at any broker.</summary>
    public static IEnumerable<(string Address, string? Tenant)> AllRegistered => Registrations.Keys;

    public static void Registered(string address, string? tenant) => Registrations.TryAdd((address, tenant), 0);

    public static void Uses(string tenant) => UsedTenants.TryAdd(tenant, 0);

    public static void Started(BrokerTest test, string type)
    {
        Classes.TryAdd(test.GetType(), 0);
        Mine.Value = type;
    }

    public static void Saw(BrokerTest test, HttpMethod method, Uri uri, HttpStatusCode status)
    {
        if (Operation.Find(method.Method, uri.AbsolutePath) is { } operation) Seen.TryAdd((operation.Name, status, test), 0);
    }

    /// <summary>In how many tests an operation answered with a status.</summary>
    public static ILookup<string, (HttpStatusCode Status, int Tests)> Answers() =>
        Seen.Keys.GroupBy(seen => (seen.Operation, seen.Status)).ToLookup(group => group.Key.Operation, group => (group.Key.Status, group.Count()));
}
