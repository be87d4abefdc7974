using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Json;

/// <summary>One act of writing records: Entities, and the Attributes of one name. Instances are in the other part.</summary>
internal readonly partial struct RecordRendering(Utf8JsonWriter json, RecordForm form)
{
    private readonly int _minor = form.Version is { Major: 1, Minor: < Introduced.All and var minor } ? minor : Introduced.All;

    public void Entity(Entity entity)
    {
        json.WriteStartObject();
        if (entity.Id.Length > 0) json.WriteString("id"u8, entity.Id);
        Names("type", _minor < Introduced.Instances && entity.Types.Length > 1 ? entity.Types[..1] : entity.Types);
        if (_minor >= Introduced.Scopes) Strings("scope", entity.Scopes, entity.ScopeIsArray);
        if (entity.ExpiresAt is { } end && _minor >= Introduced.Expiry) json.WriteString("expiresAt"u8, end.Text);
        Attributes(entity.Attributes, isSimplified: form.Simplified);
        ContextMember();
        json.WriteEndObject();
    }

    public void Evolution(TemporalEntity entity)
    {
        json.WriteStartObject();
        if (entity.Id.Length > 0) json.WriteString("id"u8, entity.Id);
        Names("type", entity.Types);
        foreach (var instances in entity.Instances.GroupBy(instance => instance.Attribute.Name))
        {
            json.WriteStartArray(instances.Key == TemporalEntity.Scope ? "scope" : form.Context.Compact(instances.Key));
            foreach (var (attribute, deletedAt) in instances) Instance(attribute, deletedAt: deletedAt);
            json.WriteEndArray();
        }

        ContextMember();
        json.WriteEndObject();
    }

    public void AttributeBody(ImmutableArray<Attribute> instances)
    {
        if (instances.Length == 1 || _minor < Introduced.Instances)
        {
            Instance(OnlyOne(instances, 0, instances.Length), withContext: true);
            return;
        }

        json.WriteStartArray();
        foreach (var instance in instances) Instance(instance, withContext: true);
        json.WriteEndArray();
    }

    private void Attributes(ImmutableArray<Attribute> attributes, bool isSimplified)
    {
        for (int first = 0, end; first < attributes.Length; first = end)
        {
            var name = attributes[first].Name;
            end = first + 1;
            while (end < attributes.Length && attributes[end].Name == name) end++;
            json.WritePropertyName(form.Context.Compact(name));
            if (end == first + 1 || _minor < Introduced.Instances)
            {
                var only = OnlyOne(attributes, first, end);
                if (isSimplified) SimplifiedValue(only);
                else Instance(only);
            }
            else if (isSimplified)
            {
                Dataset(attributes, first, end);
            }
            else
            {
                json.WriteStartArray();
                for (var i = first; i < end; i++) Instance(attributes[i]);
                json.WriteEndArray();
            }
        }
    }

    // {"dataset": {"@none": ..., "urn:...": ...}} (4.5.4).
    private void Dataset(ImmutableArray<Attribute> attributes, int first, int end)
    {
        json.WriteStartObject();
        json.WriteStartObject("dataset"u8);
        for (var i = first; i < end; i++)
        {
            json.WritePropertyName(attributes[i].DatasetId ?? "@none");
            SimplifiedValue(attributes[i]);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    // The default one, or else the first (4.3.6.8).
    private static Attribute OnlyOne(ImmutableArray<Attribute> attributes, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            if (attributes[i].DatasetId is null) return attributes[i];
        }

        return attributes[first];
    }

    private void ContextMember()
    {
        if (!form.IncludeContext) return;
        json.WritePropertyName("@context"u8);
        json.WriteRawValue(form.Context.Json, skipInputValidation: true);
    }

    private void Names(string member, ImmutableArray<string> iris)
    {
        if (iris.IsDefaultOrEmpty) return;
        var context = form.Context;
        Strings(member, iris.Length == 1 ? [context.Compact(iris[0])] : [.. iris.Select(context.Compact)], isArray: false);
    }

    private void Strings(string member, ImmutableArray<string> texts, bool isArray)
    {
        if (texts.IsEmpty) return;
        json.WritePropertyName(member);
        Strings(texts, isArray);
    }

    private void Strings(ImmutableArray<string> texts, bool isArray)
    {
        if (texts.Length == 1 && !isArray)
        {
            json.WriteStringValue(texts[0]);
            return;
        }

        json.WriteStartArray();
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
