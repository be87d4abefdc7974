using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>Attributes in simplified form (ETSI GS CIM 009 4.5.4).</summary>
internal ref partial struct EntityRendering
{
    private void Simplified(PackedAttributes instances, int count)
    {
        Name(instances.First.Name);
        if (instances.IsSingle)
        {
            SimplifiedValue(instances.First);
            return;
        }

        if (count > 1 && Lacks(Introduced.Instances))
        {
            SimplifiedValue(OnlyOne(instances, ofEntity: true));
            return;
        }

        if (count > 1) _out.Raw("{\"dataset\":{"u8);
        foreach (var instance in instances)
        {
            if (!IsSelected(instance)) continue;
            if (count > 1) DatasetName(instance.DatasetId);
            SimplifiedValue(instance);
        }

        if (count == 1) return;
        _out.CloseObject();
        _out.CloseObject();
    }

    private void DatasetName(ReadOnlySpan<byte> datasetId)
    {
        _out.Quoted(datasetId.IsEmpty ? "@none"u8 : datasetId);
        _out.Raw((byte)':');
    }

    private void SimplifiedValue(PackedAttribute instance)
    {
        if (_follows && instance.Kind is (AttributeKind.Relationship or AttributeKind.ListRelationship))
        {
            SimplifiedLinks(instance);
            return;
        }

        switch (instance.Kind)
        {
            case AttributeKind.LanguageProperty when _language is not null:
                _language.Choose(instance.Value, out _, out var value);
                _out.Raw(value);
                break;
            case AttributeKind.LanguageProperty or AttributeKind.VocabProperty or AttributeKind.JsonProperty
                when KnownKind(instance.Kind) == instance.Kind:
                _out.Raw(AttributeMembers.Concise(instance.Kind));
                Value(instance);
                _out.Raw((byte)'}');
                break;
            default:
                Value(instance);
                break;
        }

        _out.Raw((byte)',');
    }
}
