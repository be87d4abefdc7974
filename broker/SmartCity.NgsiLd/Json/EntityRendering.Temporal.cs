using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.NgsiLd.Json;

/// <summary>Temporal evolutions (ETSI GS CIM 009 4.5.6 - 4.5.9, 4.5.19), in pieces that a <see cref="TemporalWriter"/> puts together.</summary>
internal ref partial struct EntityRendering
{
    /// <summary>The Entity up to its first Attribute.</summary>
    /// <returns>Whether it has a member.</returns>
    public bool Head(in EvolutionHead head)
    {
        _out.Raw((byte)'{');
        var (showsId, showsType) = (Shows("id"), Shows("type"));
        if (showsId)
        {
            _out.Raw("\"id\":"u8);
            _out.Quoted(head.Id);
            _out.Raw((byte)',');
        }

        if (showsType && !head.Types.IsEmpty)
        {
            _out.Raw("\"type\":"u8);
            var types = head.Types.AsSpan();
            if (types.Length > 1 && Lacks(Introduced.Instances)) types = types[..1];
            if (types.Length > 1) _out.Raw((byte)'[');
            foreach (var type in types)
            {
                _out.Quoted(_context.Compact(type));
                _out.Raw((byte)',');
            }

            if (types.Length > 1) _out.CloseArray();
        }

        if (_shown.SysAttrs)
        {
            Instant("\"createdAt\":"u8, head.CreatedAt.UtcTicks);
            Instant("\"modifiedAt\":"u8, head.ModifiedAt.UtcTicks);
            Instant("\"deletedAt\":"u8, head.DeletedAt?.UtcTicks ?? 0);
        }

        return showsId || (showsType && !head.Types.IsEmpty) || _shown.SysAttrs;
    }

    /// <summary>Whether the version knows neither the scope nor its evolution.</summary>
    public readonly bool LeavesOut(string name) => name == TemporalEntity.Scope && _minor < Introduced.Scopes;

    /// <summary>What there is of several instances where the version knows but one at a time: the default one's evolution, or else the first's.</summary>
    public readonly ImmutableArray<StoredInstance> Known(ImmutableArray<StoredInstance> instances)
    {
        if (_minor >= Introduced.Instances) return instances;
        var only = instances[0].Attribute.DatasetId.ToArray();
        var isMixed = false;
        foreach (var instance in instances)
        {
            var datasetId = instance.Attribute.DatasetId;
            isMixed |= !datasetId.SequenceEqual(only);
            if (datasetId.IsEmpty) only = [];
        }

        if (!isMixed) return instances;
        return [.. instances.Where(instance => instance.Attribute.DatasetId.SequenceEqual(only))];
    }

    public void OpenEvolution(string name, AttributeKind kind, bool behindOthers)
    {
        if (kind == AttributeKind.LanguageProperty && _language is not null) kind = AttributeKind.Property;
        EvolutionName(name, behindOthers);
        _out.Raw(_temporal!.Format == TemporalFormat.TemporalValues ? SeriesNames.Start(KnownKind(kind)) : "["u8);
    }

    public void Points(ReadOnlySpan<StoredInstance> instances)
    {
        if (_temporal!.Format == TemporalFormat.TemporalValues)
        {
            foreach (var instance in instances) Pair(instance);
        }
        else
        {
            foreach (var instance in instances) Point(instance);
        }
    }

    public void Aggregate(string name, SeriesAggregate series, bool behindOthers)
    {
        EvolutionName(name, behindOthers);
        _out.Raw(series.Kind == AttributeKind.Relationship ? "{\"type\":\"Relationship\","u8 : "{\"type\":\"Property\","u8);
        series.Write(ref _out);
        _out.CloseObject();
    }

    public void CloseEvolutions(bool behindOthers)
    {
        if (!_shown.IncludeContext)
        {
            _out.Raw((byte)'}');
            return;
        }

        if (behindOthers) _out.Raw((byte)',');
        ContextMember();
        _out.CloseObject();
    }

    private void EvolutionName(string name, bool behindOthers)
    {
        if (behindOthers) _out.Raw((byte)',');
        if (name == TemporalEntity.Scope) _out.Raw("\"scope\":"u8);
        else Name(Names.Intern(name));
    }

    private void Point(in StoredInstance stored)
    {
        var instance = stored.Attribute;
        var kind = KnownKind(instance.Kind);
        if (instance.Kind == AttributeKind.LanguageProperty && _language is not null && stored.DeletedAt is null)
        {
            _language.Choose(instance.Value, out var tag, out var value);
            _out.Raw(Start(AttributeKind.Property));
            _out.Raw(value);
            _out.Raw(",\"lang\":\""u8);
            _out.Raw(tag);
            _out.Raw("\","u8);
        }
        else
        {
            var looksDifferent = kind == AttributeKind.Property && ConciseForm.LooksLikeGeometry(instance.Value);
            _out.Raw(looksDifferent ? AttributeMembers.Normalized(kind) : Start(kind));
            Value(instance);
            _out.Raw((byte)',');
        }

        Members(instance);
        if (_shown.SysAttrs && stored.DeletedAt is { } deletedAt)
        {
            _out.Raw("\"deletedAt\":"u8);
            _out.Quoted(deletedAt.Text);
            _out.Raw((byte)',');
        }

        InstanceIdOf(stored);
        _out.CloseObject();
    }

    private void InstanceIdOf(in StoredInstance stored)
    {
        if (stored.ForeignId is { Length: 0 }) return;
        _out.Raw("\"instanceId\":"u8);
        if (stored.ForeignId is { } foreign)
        {
            _out.Quoted(foreign);
        }
        else
        {
            Span<byte> id = stackalloc byte[InstanceId.MaxLength];
            _out.Quoted(id[..stored.Id.Format(id)]);
        }

        _out.Raw((byte)',');
    }

    private readonly ReadOnlySpan<byte> Start(AttributeKind kind) =>
        _temporal!.Format == TemporalFormat.Concise ? AttributeMembers.Concise(kind) : AttributeMembers.Normalized(kind);

    // [value, time]
    private void Pair(in StoredInstance stored)
    {
        _out.Raw((byte)'[');
        if (stored.DeletedAt is null) SimplifiedValue(stored.Attribute);
        else _out.Raw("\"urn:ngsi-ld:null\","u8);
        TimeOf(stored);
        _out.CloseArray();
    }

    // An instance without the time that is asked for has been in the history since it was last modified.
    private void TimeOf(in StoredInstance stored)
    {
        var instance = stored.Attribute;
        switch (_temporal!.Property)
        {
            case TimeProperty.ObservedAt when !instance.ObservedAt.IsEmpty:
                _out.Quoted(instance.ObservedAt);
                break;
            case TimeProperty.DeletedAt when stored.DeletedAt is { } deletedAt:
                _out.Quoted(deletedAt.Text);
                break;
            case TimeProperty.CreatedAt:
                _out.Instant(instance.CreatedAtTicks);
                break;
            default:
                _out.Instant(instance.ModifiedAtTicks);
                break;
        }

        _out.Raw((byte)',');
    }
}
