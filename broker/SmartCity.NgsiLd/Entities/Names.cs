using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace SmartCity.NgsiLd.Entities;

/// <summary>
/// An interned IRI of a type or an Attribute: stored Entities carry the number, so that a name is kept once, compares as an
/// integer, and each @context compacts it once.
/// </summary>
public readonly record struct Name(int Id)
{
    public string Iri => Names.Iri(this);

    public override string ToString() => Iri;
}

/// <summary>
/// The names of this process. They are never forgotten, so only what is stored may intern one: queries use <see cref="TryFind"/>.
/// </summary>
[SuppressMessage("Naming", "CA1724", Justification = "The plural of Name.")]
public static class Names
{
    private static readonly ConcurrentDictionary<string, Name> ByIri = new(StringComparer.Ordinal);
    private static readonly Lock Growing = new();

    // A city's names are few and come again and again: most are found without hashing a long IRI.
    private static readonly Known?[] Recent = new Known?[1024];
    private static volatile string[] _iris = new string[1024];
    private static volatile int _count;

    public static int Count => _count;

    public static Name Intern(string iri)
    {
        ref var recent = ref Recent[Slot(iri)];
        if (recent is { } seen && seen.Iri == iri) return seen.Name;
        var name = FindOrAdd(iri);
        recent = new(iri, name);
        return name;
    }

    /// <summary>False where no stored Entity has ever used the name: then nothing can match it.</summary>
    public static bool TryFind(string iri, out Name name) => ByIri.TryGetValue(iri, out name);

    internal static string Iri(Name name) => _iris[name.Id];

    private static Name FindOrAdd(string iri)
    {
        if (ByIri.TryGetValue(iri, out var known)) return known;
        lock (Growing)
        {
            if (ByIri.TryGetValue(iri, out known)) return known;
            var iris = _iris;
            var id = _count;
            if (id == iris.Length)
            {
                Array.Resize(ref iris, id * 2);
                _iris = iris;
            }

            iris[id] = iri;
            _count = id + 1;
            // Published last: whoever finds the name finds its text.
            return ByIri[iri] = new Name(id);
        }
    }

    // IRIs of one vocabulary differ in length and towards the end.
    private static int Slot(string iri) =>
        iri.Length < 4 ? 0 : (iri.Length * 31 + iri[^1] * 7 + iri[^2] * 3 + iri[^4]) & (Recent.Length - 1);

    private sealed record Known(string Iri, Name Name);
}
