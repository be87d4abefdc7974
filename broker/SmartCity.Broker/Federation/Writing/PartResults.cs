using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>
/// What the parts of one write came to, of whatever kind: who has done which Attributes, and who failed at which (ETSI GS CIM 009 6.3.17).
/// </summary>
/// <param name="entityId">What was written.</param>
internal sealed class PartResults(string entityId)
{
    private readonly List<Failure> _failures = [];
    private readonly List<NotUpdatedAttribute> _notUpdated = [];
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly List<string> _elsewhere = [];

    /// <summary>Whether anything was done anywhere.</summary>
    public bool HasSuccess { get; private set; }

    /// <summary>Attributes that sources have written, by expanded names.</summary>
    public ImmutableArray<string> Elsewhere => [.. _elsewhere.Distinct()];

    /// <param name="names">Of the Attributes that were to be written; none where the write was of the Entity as such.</param>
    /// <param name="registrationId">Null where it failed here.</param>
    /// <param name="error">Why.</param>
    /// <param name="isCertain">Whether it is known to have to do with the Entity.</param>
    /// <param name="creates">Whether 404 cannot mean the Entity.</param>
    public void Fail(IEnumerable<string> names, string? registrationId, NgsiLdError error, bool isCertain = true, bool creates = false) =>
        _failures.Add(new(names, registrationId, error) { IsCertain = isCertain, IsCreation = creates });

    /// <summary>A source has done its part, or some of it.</summary>
    /// <param name="names">Of the Attributes that it was sent.</param>
    /// <param name="registrationId">Of the source.</param>
    /// <param name="written">What the source says of it.</param>
    public void Succeed(IEnumerable<string> names, string registrationId, SourceWritten written)
    {
        foreach (var error in written.Errors) _failures.Add(new(names, registrationId, error.Error) { IsTold = true });
        if (written.IsNothing) return;
        HasSuccess = true;
        foreach (var attribute in written.NotUpdated) _notUpdated.Add(attribute with { RegistrationId = registrationId });
        foreach (var name in names)
        {
            if (written.NotUpdated.Any(attribute => attribute.Name == name)) continue;
            _written.Add(name);
            // Which Attributes it was that failed at one of its own places, it does not tell.
            if (written.Errors.IsEmpty) _elsewhere.Add(name);
        }
    }

    /// <summary>This broker has done its part, or some of it.</summary>
    public void SucceedHere(IEnumerable<string> names, ImmutableArray<NotUpdatedAttribute> notUpdated)
    {
        HasSuccess = true;
        _notUpdated.AddRange(notUpdated);
        _written.UnionWith(names.Except(notUpdated.Select(static attribute => attribute.Name)));
    }

    /// <summary>The answer where nothing was done. That somebody does not have it says least.</summary>
    public NgsiLdError Worst()
    {
        var worst = _failures.Find(static failure => failure.Error.Kind != NgsiLdErrorKind.ResourceNotFound) ?? _failures[0];
        var first = worst.IsTold ? SourceErrors.Alone(worst.Error) : worst.Error;
        if (_failures.Count == 1) return first;
        return first with { Detail = string.Join("; ", _failures.Select(static failure => failure.Error.Detail).Distinct()) };
    }

    /// <summary>What went wrong of a write of an Entity (5.2.17).</summary>
    public ImmutableArray<BatchError> Failures()
    {
        var errors = ImmutableArray.CreateBuilder<BatchError>();
        foreach (var failure in Counting) errors.Add(new(entityId, failure.Error) { RegistrationId = failure.RegistrationId });
        foreach (var group in _notUpdated.GroupBy(static attribute => attribute.RegistrationId))
        {
            errors.Add(new(entityId, SourceErrors.NotWritten(group)) { RegistrationId = group.Key });
        }

        return errors.DrainToImmutable();
    }

    /// <summary>What went wrong of a write of Attributes (5.2.19).</summary>
    /// <param name="nameless">What is named where a part has no Attributes.</param>
    public ImmutableArray<NotUpdatedAttribute> NotUpdated(string nameless)
    {
        var attributes = ImmutableArray.CreateBuilder<NotUpdatedAttribute>();
        attributes.AddRange(_notUpdated);
        foreach (var failure in Counting)
        {
            foreach (var name in failure.Names.DefaultIfEmpty(nameless))
            {
                attributes.Add(new(name, failure.Error.Detail) { RegistrationId = failure.RegistrationId });
            }
        }

        return attributes.DrainToImmutable();
    }

    // Whoever may have an Entity need not have it (6.3.17 on 404): no failure, if what was to be written was written to who has it.
    private IEnumerable<Failure> Counting => _failures.Where(failure =>
        failure.Error.Kind != NgsiLdErrorKind.ResourceNotFound || failure.IsTold || failure.IsCreation || (failure.IsCertain && !failure.Names.All(_written.Contains)));

    private sealed record Failure(IEnumerable<string> Names, string? RegistrationId, NgsiLdError Error)
    {
        /// <summary>Whether who failed is known to have to do with the Entity; otherwise it may be another one's.</summary>
        public bool IsCertain { get; init; } = true;

        public bool IsCreation { get; init; }

        /// <summary>Whether it went wrong behind the source, which has told of it.</summary>
        public bool IsTold { get; init; }
    }
}
