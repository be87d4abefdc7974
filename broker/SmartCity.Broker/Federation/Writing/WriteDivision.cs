using System.Collections.Immutable;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>
/// Which part of a write is whose (ETSI GS CIM 009 5.6.1.4 - 5.6.6.4, 5.6.17.4 - 5.6.19.4), whatever operations the sources offer:
/// exclusive sources take theirs first, then redirect ones, each of them; of what is left, inclusive ones have copies, and the
/// broker keeps it. Auxiliary sources are never written to.
/// </summary>
/// <param name="Parts">In that order.</param>
/// <param name="Rest">What is to be done here; null for nothing.</param>
internal sealed record WriteDivision(ImmutableArray<WritePart> Parts, SourceWrite? Rest)
{
    public static WriteDivision Of(SourceWrite request, WriteTarget target, RegistrationMatches matches)
    {
        var parts = ImmutableArray.CreateBuilder<WritePart>();
        var rest = Take(RegistrationMode.Exclusive, request, target, matches, parts);
        if (rest is not null) rest = Take(RegistrationMode.Redirect, rest, target, matches, parts);
        if (rest is null) return new(Plain(request, parts), null);

        foreach (var (source, information) in matches.Sources)
        {
            if (source.Registration.Mode != RegistrationMode.Inclusive) continue;
            if (Coverage.Of(source, information, target) is not { } coverage) continue;
            foreach (var share in WriteShare.Of(rest, coverage)) parts.Add(new(source, share) { IsCertain = coverage.IsCertain });
        }

        return new(Plain(request, parts), rest);
    }

    // Where the client has not said which Entity of that id it means, and all sources mean the same, they need not be told either.
    private static ImmutableArray<WritePart> Plain(SourceWrite request, ImmutableArray<WritePart>.Builder parts)
    {
        if (request.Guard.Type is not null || parts.Select(static part => part.Write.Guard).Distinct().Count() > 1) return parts.DrainToImmutable();
        return [.. parts.Select(static part => part.Write.Guard.Type is null ? part : part with { Write = part.Write with { Guard = default } })];
    }

    private static SourceWrite? Take(
        RegistrationMode mode, SourceWrite request, WriteTarget target, RegistrationMatches matches, ImmutableArray<WritePart>.Builder parts)
    {
        var taken = new List<Coverage>();
        foreach (var (source, information) in matches.Sources) Add(source, information, isLoop: false);
        foreach (var source in matches.Loops) Add(source, source.Registration.Information, isLoop: true);
        return WriteShare.Without(request, taken, target);

        void Add(ContextSource source, ImmutableArray<RegistrationInfo> information, bool isLoop)
        {
            if (source.Registration.Mode != mode) return;
            if (Coverage.Of(source, information, target) is not { } coverage) return;
            var shares = WriteShare.Of(request, coverage);
            foreach (var share in shares) parts.Add(new(source, share) { IsCertain = coverage.IsCertain, IsLoop = isLoop });
            // What may be an Entity of others is theirs no more than it is anybody's.
            if (!shares.IsEmpty && coverage.IsCertain) taken.Add(coverage);
        }
    }
}

/// <param name="Source">Whose part it is.</param>
/// <param name="Write">What the source is to do.</param>
internal sealed record WritePart(ContextSource Source, SourceWrite Write)
{
    /// <summary>Whether the source's registration is about the Entity; otherwise it may be, as far as is known.</summary>
    public required bool IsCertain { get; init; }

    /// <summary>Whether the request has come by that source already.</summary>
    public bool IsLoop { get; init; }

    /// <summary>Whether what is written is kept by the source alone, so that nobody else can do it in its place.</summary>
    public bool IsProxied => IsCertain && Source.Registration.Mode is RegistrationMode.Exclusive or RegistrationMode.Redirect;

    /// <summary>Expanded names of the Attributes that are written; empty where the write is of an Entity as such.</summary>
    public IEnumerable<string> AttributeNames => NamesOf(Write);

    public static IEnumerable<string> NamesOf(SourceWrite write) => write.AttributeName is { } name
        ? [name]
        : (write.Entity?.Attributes ?? []).Select(static attribute => attribute.Name).Distinct();
}
