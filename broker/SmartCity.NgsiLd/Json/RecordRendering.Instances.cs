using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Json;

/// <summary>Attribute instances, normalized or as bare values (ETSI GS CIM 009 4.5.2 - 4.5.4, 4.5.18 - 4.5.24).</summary>
internal readonly partial struct RecordRendering
{
    private void Instance(Attribute attribute, bool withContext = false, Timestamp? deletedAt = null)
    {
        if (attribute.Name is ProofNames.EntityId or ProofNames.EntityType)
        {
            SimplifiedValue(attribute);
            return;
        }

        json.WriteStartObject();
        var kind = attribute is AttributeFragment { TargetKind: { } target } ? target : attribute.Kind;
        if (kind != AttributeKind.Fragment)
        {
            var known = Known(kind);
            json.WriteString("type"u8, known.ToString());
            if (attribute is not AttributeFragment)
            {
                json.WritePropertyName(Json.Members.Term(AttributeKinds.ValueMember(known)));
                Value(attribute);
            }
        }

        Members(attribute);
        Attributes(attribute.SubAttributes, isSimplified: false);
        if (deletedAt is { } end) json.WriteString("deletedAt"u8, end.Text);
        if (withContext) ContextMember();
        json.WriteEndObject();
    }

    private void Members(Attribute attribute)
    {
        var (unitCode, objectTypes) = attribute switch
        {
            Property property => (property.UnitCode, []),
            ListProperty list => (list.UnitCode, []),
            Relationship relationship => (null, relationship.ObjectTypes),
            ListRelationship list => (null, list.ObjectTypes),
            AttributeFragment fragment => (fragment.UnitCode, fragment.ObjectTypes),
            _ => ((string?)null, ImmutableArray<string>.Empty),
        };
        if (_minor >= Introduced.Instances)
        {
            if (unitCode is not null) json.WriteString("unitCode"u8, unitCode);
            if (attribute.ObservedAt is { } observedAt) json.WriteString("observedAt"u8, observedAt.Text);
            if (attribute.DatasetId is { } datasetId) json.WriteString("datasetId"u8, datasetId);
        }

        if (attribute.ValueType is { } valueType && _minor >= Introduced.ValueTypes) json.WriteString("valueType"u8, form.Context.Compact(valueType));
        if (_minor >= Introduced.ObjectTypes) Names("objectType", objectTypes);
        if (attribute.ExpiresAt is { } expiresAt && _minor >= Introduced.Expiry) json.WriteString("expiresAt"u8, expiresAt.Text);
    }

    // What a Property is read from without more, and one member for the kinds that need one (4.5.4).
    private void SimplifiedValue(Attribute attribute)
    {
        if (attribute is Property or GeoProperty || attribute.Name == ProofNames.EntityType)
        {
            Value(attribute);
            return;
        }

        json.WriteStartObject();
        if (attribute is not AttributeFragment)
        {
            json.WritePropertyName(Json.Members.Term(AttributeKinds.ValueMember(attribute.Kind)));
            Value(attribute);
        }

        json.WriteEndObject();
    }

    private void Value(Attribute attribute)
    {
        switch (attribute)
        {
            case Property property: Raw(property.Value); break;
            case GeoProperty geo: Raw(geo.Value); break;
            case LanguageProperty language: Raw(language.LanguageMap); break;
            case JsonProperty value: Raw(value.Json); break;
            case ListProperty list: Raw(list.ValueList); break;
            case Relationship relationship: Strings(relationship.Objects, relationship.IsArray); break;
            case VocabProperty vocab: Strings([.. vocab.Vocab.Select(form.Context.Compact)], vocab.IsArray); break;
            case ListRelationship list when _minor < Introduced.MoreKinds: Strings(list.Objects, isArray: true); break;
            case ListRelationship list: ObjectList(list.Objects); break;
        }
    }

    private void ObjectList(ImmutableArray<string> objects)
    {
        json.WriteStartArray();
        foreach (var uri in objects)
        {
            // The stand-in for null is no object (4.5.0).
            if (uri == NgsiLdNull.Uri)
            {
                json.WriteStringValue(uri);
                continue;
            }

            json.WriteStartObject();
            json.WriteString("object"u8, uri);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Raw(JsonValue value) => json.WriteRawValue(value.Span, skipInputValidation: true);

    private AttributeKind Known(AttributeKind kind) => kind switch
    {
        AttributeKind.LanguageProperty when _minor < Introduced.LanguageProperties => AttributeKind.Property,
        AttributeKind.JsonProperty or AttributeKind.VocabProperty or AttributeKind.ListProperty when _minor < Introduced.MoreKinds =>
            AttributeKind.Property,
        AttributeKind.ListRelationship when _minor < Introduced.MoreKinds => AttributeKind.Relationship,
        _ => kind,
    };
}
