using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>What the parts of a batch come to together (ETSI GS CIM 009 5.2.16): an Entity may have succeeded at one place and failed at another.</summary>
/// <param name="items">Of the batch.</param>
/// <param name="creates">Whether a source that answers 404 cannot mean the Entity.</param>
internal sealed class BatchResults(ImmutableArray<BatchItem> items, bool creates = false)
{
    private readonly List<Place> _places = [];
    private readonly HashSet<string> _created = new(StringComparer.Ordinal);
    private readonly HashSet<string> _updated = new(StringComparer.Ordinal);
    private readonly HashSet<string> _createdHere = new(StringComparer.Ordinal);
    private readonly List<Failure> _failures = [];
    private NgsiLdError? _ownError;

    public void Add(ImmutableArray<RefusedPart> refused)
    {
        foreach (var (part, error) in refused) _failures.Add(new(Error(part, error)));
    }

    /// <param name="rest">What was to be done here.</param>
    /// <param name="own">What came of it.</param>
    public void Add(ImmutableArray<BatchItem> rest, Result<BatchOutcome> own)
    {
        if (!own.TryGet(out var outcome, out _ownError))
        {
            foreach (var item in rest) _failures.Add(new(new(item.EntityId, _ownError)));
            return;
        }

        var place = new Place(() => rest.Select(static item => (item.EntityId, item.Update ?? item.Entity)), outcome);
        // What the one part of the batch has created here, the next one finds.
        _createdHere.UnionWith(outcome.Created);
        Succeeded(outcome with { Updated = outcome.Updated.RemoveAll(_createdHere.Contains) }, place);
        foreach (var error in outcome.Errors) _failures.Add(new(error) { Place = place });
    }

    public void Add(BatchShare share, in SourceAnswer<BatchOutcome> answer)
    {
        if (SourceErrors.Of(share.Source, answer) is { } refusal)
        {
            foreach (var part in share.Parts) _failures.Add(new(Error(part, refusal)) { IsUncertain = !part.IsCertain });
            return;
        }

        var outcome = answer.Value!;
        var place = new Place(() => share.Writes.Select(static write => (write.EntityId, write.Entity)), outcome);
        Succeeded(outcome, place);
        foreach (var error in outcome.Errors)
        {
            var isUncertain = share.Parts.Any(part => !part.IsCertain && part.Write.EntityId == error.EntityId);
            _failures.Add(new(error with { RegistrationId = share.Source.Id }) { Place = place, IsUncertain = isUncertain });
        }
    }

    /// <summary>The error of the broker's own part where nothing at all was done.</summary>
    public Result<BatchOutcome> ToOutcome()
    {
        if (_ownError is not null && _created.Count == 0 && _updated.Count == 0) return _ownError;
        var errors = Errors();
        var created = ImmutableArray.CreateBuilder<string>();
        var updated = ImmutableArray.CreateBuilder<string>();
        foreach (var item in items)
        {
            // What was there at one place is not new, wherever else it is; each id is told once.
            if (_updated.Remove(item.EntityId))
            {
                _created.Remove(item.EntityId);
                updated.Add(item.EntityId);
            }
            else if (_created.Remove(item.EntityId))
            {
                created.Add(item.EntityId);
            }
        }

        return new BatchOutcome(created.DrainToImmutable(), updated.DrainToImmutable(), errors);
    }

    private static BatchError Error(WritePart part, NgsiLdError error) =>
        new(part.Write.EntityId, error) { RegistrationId = part.Source.Id };

    private void Succeeded(BatchOutcome outcome, Place place)
    {
        _places.Add(place);
        _created.UnionWith(outcome.Created);
        _updated.UnionWith(outcome.Updated);
    }

    private ImmutableArray<BatchError> Errors()
    {
        var errors = ImmutableArray.CreateBuilder<BatchError>(_failures.Count);
        HashSet<(string, string)>? written = null;
        // Where a source says that there is no such Entity, that there is none here either says no more.
        var missing = _failures.Where(static failure => IsMissing(failure.Error) && failure.Error.RegistrationId is not null)
            .Select(static failure => failure.Error.EntityId).ToHashSet();
        foreach (var failure in _failures)
        {
            if (IsMissing(failure.Error) && failure.Error.RegistrationId is null && missing.Contains(failure.Error.EntityId)) continue;
            if (!IsElsewhere(failure, ref written)) errors.Add(failure.Error);
        }

        return errors.DrainToImmutable();
    }

    private static bool IsMissing(BatchError error) => error.Error.Kind == NgsiLdErrorKind.ResourceNotFound;

    // Whoever may have an Entity need not have it (6.3.17 on 404): no failure, if what was to be written was written to who has it.
    private bool IsElsewhere(Failure failure, ref HashSet<(string, string)>? written)
    {
        var id = failure.Error.EntityId;
        if (!_updated.Contains(id) && !_created.Contains(id)) return false;
        if (creates || failure.Error.Error.Kind != NgsiLdErrorKind.ResourceNotFound) return false;
        if (failure.IsUncertain) return true;
        if (failure.Place is not { } place || place.Succeeded.Contains(id)) return false;
        written ??= [.. _places.SelectMany(static one => one.Written)];
        foreach (var name in place.NamesOf(id))
        {
            if (!written.Contains((id, name))) return false;
        }

        return true;
    }

    /// <summary>A source, or this broker, and what it was to write.</summary>
    private sealed class Place(Func<IEnumerable<(string Id, Entity? Entity)>> writes, BatchOutcome outcome)
    {
        private ILookup<string, string>? _names;

        public HashSet<string> Succeeded { get; } = [.. outcome.Created, .. outcome.Updated];

        public IEnumerable<(string Id, string Name)> Written => writes().Where(write => Succeeded.Contains(write.Id)).SelectMany(Names);

        public IEnumerable<string> NamesOf(string id) => (_names ??= writes().SelectMany(Names).ToLookup(static one => one.Id, static one => one.Name))[id];

        private static IEnumerable<(string Id, string Name)> Names((string Id, Entity? Entity) write) =>
            (write.Entity?.Attributes ?? []).Select(attribute => (write.Id, attribute.Name));
    }

    private sealed record Failure(BatchError Error)
    {
        /// <summary>Who answered so; null where nobody did.</summary>
        public Place? Place { get; init; }

        /// <summary>Whether the source may have nothing to do with the Entity: what others have done is done.</summary>
        public bool IsUncertain { get; init; }
    }
}
