using SmartCity.Broker.Entities;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>
/// What the parts of a write come to together: success, partial success, or where nothing was done the error (ETSI GS CIM 009 5.6, 6.3.17).
/// </summary>
internal sealed class WriteResults(SourceWrite request)
{
    private readonly PartResults _parts = new(request.EntityId);
    private EntityChange? _change;

    public void Add(RefusedPart refused) => _parts.Fail(refused.Part.AttributeNames, refused.Part.Source.Id, refused.Error);

    public void Add(WritePart part, in SourceAnswer<SourceWritten> answer)
    {
        if (SourceErrors.Of(part.Source, answer) is { } error)
        {
            _parts.Fail(part.AttributeNames, part.Source.Id, error, part.IsCertain, request.Kind == SourceWriteKind.Create);
        }
        else
        {
            _parts.Succeed(part.AttributeNames, part.Source.Id, answer.Value!);
        }
    }

    /// <param name="rest">What was to be done here.</param>
    /// <param name="own">What came of it.</param>
    public void Add(SourceWrite rest, Result<WriteOutcome> own)
    {
        if (!own.TryGet(out var outcome, out var error))
        {
            _parts.Fail(WritePart.NamesOf(rest), null, error);
            return;
        }

        _change = outcome.Change;
        _parts.SucceedHere(WritePart.NamesOf(rest), outcome.NotUpdated);
    }

    public Result<WriteOutcome> ToOutcome()
    {
        if (!_parts.HasSuccess) return _parts.Worst();
        var outcome = new WriteOutcome(_change) { Elsewhere = _parts.Elsewhere };
        // A Fragment without Attributes adds types, or changes the scope.
        return IsOfEntity
            ? outcome with { NotUpdated = [], Failures = _parts.Failures() }
            : outcome with { NotUpdated = _parts.NotUpdated(request.Entity is { Scopes.IsEmpty: false } ? "scope" : "type") };
    }

    private bool IsOfEntity => request.Kind
        is SourceWriteKind.Create or SourceWriteKind.Replace or SourceWriteKind.Merge or SourceWriteKind.Delete;
}
