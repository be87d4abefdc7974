using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>Attributes in normalized and concise form (ETSI GS CIM 009 4.5.2, 4.5.3, 4.5.18 - 4.5.24).</summary>
internal ref partial struct EntityRendering
{
    private void Attributes(PackedAttributes attributes)
    {
        foreach (var instances in attributes.ByName)
        {
            var first = instances.First;
            if (_isPlain && instances.IsSingle && first is { IsPlain: true, Kind: not AttributeKind.VocabProperty })
            {
                _out.Member(_names.Get(first.Name), AttributeMembers.Normalized(first.Kind), first.Value);
                continue;
            }

            if (!Shows(first.Name)) continue;
            var count = CountSelected(instances);
            if (count == 0) continue;
            if (_shown.Format == EntityFormat.Simplified) Simplified(instances, count);
            else Instances(instances, count);
        }
    }

    /// <summary>All instances of one name.</summary>
    private void Instances(PackedAttributes instances, int count)
    {
        Name(instances.First.Name);
        if (count > 1 && Lacks(Introduced.Instances))
        {
            Instance(OnlyOne(instances, ofEntity: true), default, inArray: false);
            return;
        }

        if (count > 1) _out.Raw((byte)'[');
        foreach (var instance in instances)
        {
            if (IsSelected(instance)) Instance(instance, default, count > 1);
        }

        if (count > 1) _out.CloseArray();
    }

    private void Name(Name name)
    {
        _out.Name(_names.Get(name));
    }

    /// <param name="instance">What is written.</param>
    /// <param name="previous">The instance before a change, or a missing one.</param>
    /// <param name="inArray">There are others beside it: a bare value would be taken for part of an array value.</param>
    private void Instance(PackedAttribute instance, PackedAttribute previous, bool inArray)
    {
        if (instance.Kind == AttributeKind.LanguageProperty && _language is not null)
        {
            InOneLanguage(instance, previous);
            return;
        }

        var kind = KnownKind(instance.Kind);
        if (_shown.Format != EntityFormat.Concise)
        {
            _out.Raw(AttributeMembers.Normalized(kind));
        }
        else if (!inArray && previous.IsMissing && IsBare(instance))
        {
            Value(instance);
            _out.Raw((byte)',');
            return;
        }
        else
        {
            // A Property whose value is a geometry would be taken for a GeoProperty (ETSI GS CIM 009 5.2.5).
            var looksDifferent = kind == AttributeKind.Property && ConciseForm.LooksLikeGeometry(instance.Value);
            _out.Raw(looksDifferent ? AttributeMembers.Normalized(kind) : AttributeMembers.Concise(kind));
        }

        Value(instance);
        _out.Raw((byte)',');
        if (_follows) LinkedMember(instance);
        Members(instance);
        if (!previous.IsMissing) Previous(instance, previous);
        _out.CloseObject();
    }

    /// <summary>What stands beside the value.</summary>
    private void Members(PackedAttribute instance)
    {
        if (!instance.IsPlain)
        {
            Text("\"unitCode\":"u8, instance.UnitCode, Introduced.Instances);
            if (instance.ValueType is { } valueType && !Lacks(Introduced.ValueTypes))
            {
                _out.Raw("\"valueType\":"u8);
                _out.Raw(_names.Get(valueType));
                _out.Raw((byte)',');
            }

            ObjectTypes(instance);
            Text("\"observedAt\":"u8, instance.ObservedAt, Introduced.Instances);
            Text("\"datasetId\":"u8, instance.DatasetId, Introduced.Instances);
        }

        if (_shown.SysAttrs)
        {
            Instant("\"createdAt\":"u8, instance.CreatedAtTicks);
            Instant("\"modifiedAt\":"u8, instance.ModifiedAtTicks);
            Text("\"expiresAt\":"u8, instance.ExpiresAt, Introduced.Expiry);
        }

        if (instance.IsPlain) return;
        // Links are followed from the Entity's own Attributes only (ETSI GS CIM 009 5.7.1.5, annex C.2.2).
        var follows = _follows;
        _follows = false;
        foreach (var subAttributes in instance.SubAttributes.ByName)
        {
            var name = subAttributes.First.Name;
            if (ProofNames.Start(name) is { IsEmpty: false } start)
            {
                _out.Raw(start);
                Value(subAttributes.First);
                _out.Raw((byte)',');
                continue;
            }

            Name(name);
            var isArray = !subAttributes.IsSingle;
            if (isArray && Lacks(Introduced.Instances))
            {
                Instance(OnlyOne(subAttributes, ofEntity: false), default, inArray: false);
                continue;
            }

            if (isArray) _out.Raw((byte)'[');
            foreach (var subAttribute in subAttributes) Instance(subAttribute, default, isArray);
            if (isArray) _out.CloseArray();
        }

        _follows = follows;
    }

    private void ObjectTypes(PackedAttribute instance)
    {
        var count = instance.ObjectTypeCount;
        if (count == 0 || Lacks(Introduced.ObjectTypes)) return;
        _out.Raw("\"objectType\":"u8);
        if (count > 1) _out.Raw((byte)'[');
        for (var i = 0; i < count; i++)
        {
            _out.Raw(_names.Get(instance.ObjectTypeAt(i)));
            _out.Raw((byte)',');
        }

        if (count > 1) _out.CloseArray();
    }

    /// <summary>The JSON of the kind's value member.</summary>
    private void Value(PackedAttribute instance)
    {
        switch (instance.Kind)
        {
            case AttributeKind.VocabProperty:
                Vocab(instance.Value);
                break;
            case AttributeKind.ListRelationship when _shown.Format != EntityFormat.Normalized || _minor < Introduced.MoreKinds:
                ObjectList(instance.Value);
                break;
            default:
                _out.Raw(instance.Value);
                break;
        }
    }

    private readonly bool IsBare(PackedAttribute instance) =>
        instance.Kind is AttributeKind.Property or AttributeKind.GeoProperty
        && instance.IsPlain
        && !(_shown.SysAttrs && instance.CreatedAtTicks + instance.ModifiedAtTicks > 0)
        && (instance.Kind == AttributeKind.GeoProperty || ConciseForm.IsUnmistakable(instance.Value));

    private readonly int CountSelected(PackedAttributes instances)
    {
        if (instances.IsSingle && _datasetIds.Length == 0) return 1;
        var count = 0;
        foreach (var instance in instances)
        {
            if (IsSelected(instance)) count++;
        }

        return count;
    }

    /// <summary>Whether the asked datasetIds, if any, have the instance's (ETSI GS CIM 009 4.5.5).</summary>
    private readonly bool IsSelected(PackedAttribute instance) => IsSelected(instance.DatasetId);

    private readonly bool IsSelected(ReadOnlySpan<byte> datasetId)
    {
        if (_datasetIds.Length == 0) return true;
        foreach (var asked in _datasetIds)
        {
            if (datasetId.SequenceEqual(asked)) return true;
        }

        return false;
    }
}
