namespace SmartCity.NgsiLd.Contexts;

/// <summary>One element of an <c>@context</c>, in the order in which it takes effect.</summary>
public abstract record ContextPart;

/// <summary>A @context that lives elsewhere.</summary>
/// <param name="Uri">Absolute, without a fragment.</param>
public sealed record RemoteContext(string Uri) : ContextPart;

/// <summary>The JSON null, which forgets what stands before it (JSON-LD 1.1, 4.1.2). The core @context stays.</summary>
public sealed record ResetContext : ContextPart;

/// <summary>Terms that are defined on the spot.</summary>
public sealed record LocalContext : ContextPart
{
    /// <summary>Null where the vocabulary stays as it is, empty where it goes back to the default one.</summary>
    internal string? Vocabulary { get; init; }

    internal Dictionary<string, TermDefinition> Definitions { get; init; } = [];
}

/// <summary>What a @context says of one term.</summary>
/// <param name="Id">The name that it stands for; null where the term's own name tells.</param>
/// <param name="IsNull">The term is taken back.</param>
/// <param name="IsPrefix">Whether it may shorten IRIs; null where its IRI tells.</param>
internal sealed record TermDefinition(string? Id, bool IsNull, bool? IsPrefix);
