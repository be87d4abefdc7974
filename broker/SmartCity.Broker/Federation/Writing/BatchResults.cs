using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>What the parts of a batch come to together (ETSI GS CIM 009 5.2.16): an Entity may have succeeded at one place and failed at another.</summary>
internal sealed class BatchResults(ImmutableArray<BatchItem> items)
{
    private readonly List<Place> _places = [];
    private readonly HashSet<string> _created = new(StringComparer.Ordinal);
    private readonly HashSet<string> _updated = new(StringComparer.Ordinal);
    private readonly List<(BatchError Error, Place? Place)> _errors = [];
    private NgsiLdError? _ownError;

    public void Add(ImmutableArray<RefusedPart> refused)
    {
        foreach (var (part, error) in refused)
        {
            _errors.Add((new(part.Write.EntityId, error) { RegistrationId = part.Source.Id }, null));
        }
    }

    /// <param name="rest">What was to be done here.</param>
    /// <param name="own">What came of it.</param>
    public void Add(ImmutableArray<BatchItem> rest, Result<BatchOutcome> own)
    {
        if (!own.TryGet(out var outcome, out _ownError))
        {
            foreach (var item in rest) _errors.Add((new(item.EntityId, _ownError), null));
            return;
        }

        Add(outcome, new(null, () => rest.Select(static item => (item.EntityId, item.Update ?? item.Entity))));
    }

    public void Add(BatchShare share, in SourceAnswer<BatchOutcome> answer)
    {
        if (SourceErrors.Of(share.Source, answer) is not { } error)
        {
            Add(answer.Value!, new(share.Source.Id, () => share.Writes.Select(static write => (write.EntityId, write.Entity))));
            return;
        }

        foreach (var write in share.Writes) _errors.Add((new(write.EntityId, error) { RegistrationId = share.Source.Id }, null));
    }

    /// <summary>The error of the broker's own part where nothing at all was done.</summary>
    public Result<BatchOutcome> ToOutcome()
    {
        if (_ownError is not null && _created.Count == 0 && _updated.Count == 0) return _ownError;
        var errors = WithoutAbsences();
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

    private void Add(BatchOutcome outcome, Place place)
    {
        _places.Add(place);
        place.Succeeded.UnionWith(outcome.Created);
        place.Succeeded.UnionWith(outcome.Updated);
        _created.UnionWith(outcome.Created);
        _updated.UnionWith(outcome.Updated);
        foreach (var error in outcome.Errors)
        {
            _errors.Add((place.RegistrationId is null ? error : error with { RegistrationId = place.RegistrationId }, place));
        }
    }

    // Whoever may have an Entity need not have it (6.3.17 on 404): no failure, if what was to be written was written to who has it.
    private ImmutableArray<BatchError> WithoutAbsences()
    {
        HashSet<(string, string)>? written = null;
        var errors = ImmutableArray.CreateBuilder<BatchError>(_errors.Count);
        foreach (var (error, place) in _errors)
        {
            var id = error.EntityId;
            var isAbsence = error.Error.Kind == NgsiLdErrorKind.ResourceNotFound
                && place?.Succeeded.Contains(id) == false
                && (_updated.Contains(id) || _created.Contains(id));
            if (isAbsence)
            {
                written ??= [.. _places.SelectMany(static one => one.Written)];
                if (place!.NamesOf(id).All(name => written.Contains((id, name)))) continue;
            }

            errors.Add(error);
        }

        return errors.DrainToImmutable();
    }

    /// <summary>A source, or this broker, and what it was to write.</summary>
    private sealed class Place(string? registrationId, Func<IEnumerable<(string Id, NgsiLd.Entities.Entity? Entity)>> writes)
    {
        private ILookup<string, string>? _names;

        public string? RegistrationId => registrationId;

        public HashSet<string> Succeeded { get; } = new(StringComparer.Ordinal);

        public IEnumerable<(string Id, string Name)> Written => writes().Where(write => Succeeded.Contains(write.Id)).SelectMany(Names);

        public IEnumerable<string> NamesOf(string id) => (_names ??= writes().SelectMany(Names).ToLookup(static one => one.Id, static one => one.Name))[id];

        private static IEnumerable<(string Id, string Name)> Names((string Id, NgsiLd.Entities.Entity? Entity) write) =>
            (write.Entity?.Attributes ?? []).Select(attribute => (write.Id, attribute.Name));
    }
}
