using System.Collections.Immutable;

namespace SmartCity.Broker.Host.Http;

/// <summary>
/// The routes as data: what the router matches, what 405 and OPTIONS tell, and what openapi.yaml is compared with.
/// Paths are matched as they were sent, before percent-decoding, so that an id may contain an encoded slash.
/// </summary>
internal sealed class RouteTable
{
    private readonly Node _root = new();

    public RouteTable(IEnumerable<Route> routes)
    {
        Routes = [.. routes];
        foreach (var route in Routes) Add(route);
    }

    public ImmutableArray<Route> Routes { get; }

    /// <summary>Null where no resource has this path. Slashes at the end mean nothing.</summary>
    public RouteMatch? Match(ReadOnlySpan<char> path)
    {
        var node = _root;
        Range first = default, second = default, third = default;
        var variables = 0;
        var start = 1;
        var end = path.TrimEnd('/').Length;
        while (start <= end && end > 0)
        {
            var length = path[start..end].IndexOf('/');
            var stop = length < 0 ? end : start + length;
            var segment = path[start..stop];
            if (node.Literal(segment) is { } literal)
            {
                node = literal;
            }
            else if (node.Variable is { } variable)
            {
                node = variable;
                if (variables == 0) first = start..stop;
                else if (variables == 1) second = start..stop;
                else third = start..stop;
                variables++;
            }
            else
            {
                return null;
            }

            start = stop + 1;
        }

        return node.Resource is { } resource ? new RouteMatch(resource, first, second, third) : null;
    }

    private void Add(Route route)
    {
        var node = _root;
        foreach (var segment in route.Pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = segment[0] == '{' ? node.Variable ??= new Node() : node.AddLiteral(segment);
        }

        (node.Resource ??= new Resource()).Add(route);
    }

    private sealed class Node
    {
        private Dictionary<string, Node>.AlternateLookup<ReadOnlySpan<char>> _lookup;
        private Dictionary<string, Node>? _literals;

        public Node? Variable { get; set; }

        public Resource? Resource { get; set; }

        public Node? Literal(ReadOnlySpan<char> segment) =>
            _literals is not null && _lookup.TryGetValue(segment, out var node) ? node : null;

        public Node AddLiteral(string segment)
        {
            if (_literals is null)
            {
                _literals = new(StringComparer.Ordinal);
                _lookup = _literals.GetAlternateLookup<ReadOnlySpan<char>>();
            }

            if (!_literals.TryGetValue(segment, out var node)) _literals[segment] = node = new Node();
            return node;
        }
    }
}

/// <param name="Resource">What was found.</param>
/// <param name="First">Where in the path the first variable stands.</param>
/// <param name="Second">Where the second one stands.</param>
/// <param name="Third">Where the third one stands.</param>
internal readonly record struct RouteMatch(Resource Resource, Range First, Range Second, Range Third);
