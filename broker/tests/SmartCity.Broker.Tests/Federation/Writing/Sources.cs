using System.Collections.Immutable;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Federation.Writing;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Tests.Entities.Decisions;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Tests.Federation.Writing;

/// <summary>Registrations in one line each, and parts of writes in words.</summary>
internal static class Sources
{
    /// <summary>
    /// <c>name mode type id attributes operations datasets scopes</c>: <c>*</c> for all, lists by commas; the last ones may be left out. An id
    /// that begins with <c>~</c> is a pattern; a name that begins with <c>!</c> is of a source that the request has passed.
    /// </summary>
    public static RegistrationMatches Of(string lines)
    {
        var sources = ImmutableArray.CreateBuilder<MatchedSource>();
        var loops = ImmutableArray.CreateBuilder<ContextSource>();
        foreach (var line in lines.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var source = new ContextSource("", Registration(words), new());
            if (words[0][0] == '!') loops.Add(source);
            else sources.Add(new(source, source.Registration.Information));
        }

        return new(sources.ToImmutable(), loops.ToImmutable());
    }

    public static string Expanded(string term) => Told.Vocabulary + term;

    public static string Words(IEnumerable<WritePart> parts) => string.Join("; ", parts.Select(part => $"{part.Source.Id}: {Words(part.Write)}"));

    /// <summary>Types, scopes in slashes, and instances, such as <c>Room /a temperature[urn:d]</c>.</summary>
    public static string Words(SourceWrite? write)
    {
        if (write is null) return "nothing";
        var words = new List<string>();
        if (write.Kind == SourceWriteKind.Delete) words.Add("all");
        if (write.Entity is { } entity)
        {
            words.AddRange(entity.Types.Select(Term));
            words.AddRange(entity.Scopes);
            words.AddRange(Words(entity.Attributes));
        }

        words.AddRange(Words(write.Instances));
        if (write.Kind == SourceWriteKind.DeleteAttribute)
        {
            words.Add(Term(write.AttributeName!) + (write.All ? "[all]" : write.DatasetId is { } id ? $"[{id}]" : ""));
        }

        if (write.Guard.Type is { } type) words.Add($"if {Words(type)}");
        return string.Join(' ', words);
    }

    public static string Words(TypeSelection type) => type switch
    {
        TypeIs one => Term(one.Type),
        TypeAnd and => string.Join(';', and.Terms.Select(Words)),
        TypeOr or => string.Join(',', or.Terms.Select(Words)),
        _ => "*",
    };

    private static IEnumerable<string> Words(ImmutableArray<Attribute> instances) =>
        instances.Select(one => Term(one.Name) + (one.DatasetId is { } id ? $"[{id}]" : ""));

    private static string Term(string name) => name.StartsWith(Told.Vocabulary, StringComparison.Ordinal) ? name[Told.Vocabulary.Length..] : name;

    private static ContextSourceRegistration Registration(string[] words)
    {
        var (type, id) = (words[2], words[3]);
        ImmutableArray<EntityInfo> entities = type == "*"
            ? []
            : [.. type.Split('+').Select(one => new EntityInfo(
                [.. one.Split(',').Select(Expanded)],
                id[0] is '*' or '~' ? null : id,
                id[0] == '~' ? IdPattern.Parse(id[1..]).Value : null))];
        return new()
        {
            Id = words[0].TrimStart('!'),
            Endpoint = "http://localhost",
            Mode = Enum.Parse<RegistrationMode>(words[1], ignoreCase: true),
            Information = [new(entities, [.. Words(words, 4).Select(Expanded)], [])],
            Operations = Words(words, 5).Aggregate(
                words.Length < 6 ? ContextSourceOperations.RedirectionOps : ContextSourceOperations.None,
                (all, one) => all | Enum.Parse<ContextSourceOperations>(one, ignoreCase: true)),
            DatasetIds = [.. Words(words, 6)],
            Scopes = [.. Words(words, 7)],
        };
    }

    private static string[] Words(string[] words, int index) => words.Length > index && words[index] != "*" ? words[index].Split(',') : [];
}
