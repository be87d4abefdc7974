using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>
/// What the parts of a write come to together: success, partial success, or where nothing was done the error (ETSI GS CIM 009 5.6, 6.3.17).
/// </summary>
internal sealed class WriteResults(SourceWrite request)
{
    private readonly List<Failure> _failures = [];
    private readonly List<NotUpdatedAttribute> _notUpdated = [];
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly List<string> _elsewhere = [];
    private EntityChange? _change;
    private bool _hasSuccess;

    public void Add(RefusedPart refused) => _failures.Add(new(refused.Part.AttributeNames, refused.Part.Source.Id, refused.Error));

    public void Add(WritePart part, in SourceAnswer<SourceWritten> answer)
    {
        if (SourceErrors.Of(part.Source, answer) is { } error)
        {
            _failures.Add(new(part.AttributeNames, part.Source.Id, error) { IsUncertain = !part.IsCertain });
            return;
        }

        var left = answer.Value?.NotUpdated ?? [];
        foreach (var attribute in left) _notUpdated.Add(attribute with { RegistrationId = part.Source.Id });
        _hasSuccess = true;
        foreach (var name in part.AttributeNames)
        {
            if (left.Any(attribute => attribute.Name == name)) continue;
            _written.Add(name);
            _elsewhere.Add(name);
        }
    }

    /// <param name="rest">What was to be done here.</param>
    /// <param name="own">What came of it.</param>
    public void Add(SourceWrite rest, Result<WriteOutcome> own)
    {
        if (!own.TryGet(out var outcome, out var error))
        {
            _failures.Add(new(WritePart.NamesOf(rest), null, error));
            return;
        }

        _hasSuccess = true;
        _change = outcome.Change;
        _notUpdated.AddRange(outcome.NotUpdated);
        _written.UnionWith(WritePart.NamesOf(rest).Except(outcome.NotUpdated.Select(static attribute => attribute.Name)));
    }

    public Result<WriteOutcome> ToOutcome()
    {
        if (!_hasSuccess) return Worst();
        var outcome = new WriteOutcome(_change) { Elsewhere = [.. _elsewhere.Distinct()] };
        var failures = _failures.FindAll(failure => !failure.IsUncertain && !IsElsewhere(failure));
        return IsOfEntity ? outcome with { NotUpdated = [], Failures = Failures(failures) } : outcome with { NotUpdated = NotUpdated(failures) };
    }

    private bool IsOfEntity => request.Kind
        is SourceWriteKind.Create or SourceWriteKind.Replace or SourceWriteKind.Merge or SourceWriteKind.Delete;

    // Whoever may have an Entity need not have it (6.3.17 on 404): no failure, if what was to be written was written to who has it.
    private bool IsElsewhere(Failure failure) =>
        failure.Error.Kind == NgsiLdErrorKind.ResourceNotFound && failure.Names.All(_written.Contains);

    // That somebody does not have it says least.
    private NgsiLdError Worst()
    {
        var first = (_failures.Find(static failure => failure.Error.Kind != NgsiLdErrorKind.ResourceNotFound) ?? _failures[0]).Error;
        if (_failures.Count == 1) return first;
        return first with { Detail = string.Join("; ", _failures.Select(static failure => failure.Error.Detail).Distinct()) };
    }

    private ImmutableArray<BatchError> Failures(List<Failure> failures)
    {
        var errors = ImmutableArray.CreateBuilder<BatchError>();
        foreach (var (_, registration, error) in failures) errors.Add(new(request.EntityId, error) { RegistrationId = registration });
        foreach (var group in _notUpdated.GroupBy(static attribute => attribute.RegistrationId))
        {
            errors.Add(new(request.EntityId, SourceErrors.NotWritten(group)) { RegistrationId = group.Key });
        }

        return errors.DrainToImmutable();
    }

    private ImmutableArray<NotUpdatedAttribute> NotUpdated(List<Failure> failures)
    {
        var attributes = ImmutableArray.CreateBuilder<NotUpdatedAttribute>();
        attributes.AddRange(_notUpdated);
        foreach (var (names, registration, error) in failures)
        {
            // A Fragment without Attributes adds types, or changes the scope.
            foreach (var name in names.DefaultIfEmpty(request.Entity is { Scopes.IsEmpty: false } ? "scope" : "type"))
            {
                attributes.Add(new(name, error.Detail) { RegistrationId = registration });
            }
        }

        return attributes.DrainToImmutable();
    }

    /// <param name="Names">Of the Attributes that were to be written.</param>
    /// <param name="RegistrationId">Null where it failed here.</param>
    /// <param name="Error">Why.</param>
    private sealed record Failure(IEnumerable<string> Names, string? RegistrationId, NgsiLdError Error)
    {
        /// <summary>Whether the source may have nothing to do with the Entity: what others have done is done.</summary>
        public bool IsUncertain { get; init; }
    }
}
