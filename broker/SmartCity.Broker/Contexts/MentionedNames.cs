using System.Buffers;
using System.Text.Json;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Contexts;

/// <summary>
/// The @context that a kept document brings along, so that it is read again without any other: a term for each name that is
/// mentioned, the client's own, or one made up where it has none.
/// </summary>
internal static class MentionedNames
{
    /// <param name="names">Expanded.</param>
    /// <param name="context">The client's.</param>
    public static byte[] Of(IEnumerable<string> names, Context context)
    {
        var terms = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var nameless = new List<string>();
        foreach (var iri in names.Where(name => Iri.IsAbsolute(name)))
        {
            var term = context.Compact(iri);
            if (TermName.IsName(term) && !term.Contains(':', StringComparison.Ordinal)) terms[term] = iri;
            else nameless.Add(iri);
        }

        var number = 0;
        foreach (var iri in nameless)
        {
            string made;
            do made = $"name{++number}";
            while (terms.ContainsKey(made));
            terms[made] = iri;
        }

        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            // The core context needs no repetition, and does not allow it.
            foreach (var (term, iri) in terms.Where(t => Context.Core.Expand(t.Key) != t.Value)) json.WriteString(term, iri);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    public static Result<Context> Compile(byte[] names) =>
        ContextDocument.Parse(names).Then(document => ContextCompiler.Compile(document.Parts, names));
}
