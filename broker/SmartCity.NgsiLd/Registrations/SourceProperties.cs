using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Subscriptions;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Registrations;

/// <summary>
/// Members of a registration that describe the source further, Properties and Relationships as those of an Entity: a context source filter
/// selects by them (ETSI GS CIM 009 4.9). They are objects, or arrays of such: anything else is more likely a misspelt member.
/// </summary>
internal sealed class SourceProperties(MemberReader members, int maxDepth)
{
    private static readonly FrozenSet<string> Own = FrozenSet.Create(
        StringComparer.Ordinal,
        "id", "type", "endpoint", "information", "registrationName", "description", "mode", "operations", "contextSourceInfo",
        "contextSourceAlias", "tenant", "datasetId", "scope", "location", "observationSpace", "operationSpace", "observationInterval",
        "managementInterval", "management", "expiresAt", "refreshRate", "status", "timesSent", "timesFailed", "lastSuccess",
        "lastFailure", "createdAt", "modifiedAt");

    private readonly List<System.Text.Json.JsonProperty> _given = [];
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);

    /// <summary>Whether the member is one of these; then it is kept until all are seen.</summary>
    public bool Take(System.Text.Json.JsonProperty member)
    {
        if (Own.Contains(member.Name) || !TermName.IsNameOrIri(member.Name)) return false;
        var iri = members.Context.Expand(member.Name);
        // Written as that member, it would be read as that member.
        if (Own.Contains(Context.Core.Compact(iri))) return false;
        if (members.Merging && IsNull(member.Value)) return _removed.Add(iri);
        var isAttribute = member.Value.ValueKind == JsonValueKind.Object
            || (member.Value.ValueKind == JsonValueKind.Array && member.Value.EnumerateArray().All(i => i.ValueKind == JsonValueKind.Object));
        if (isAttribute) _given.Add(member);
        return isAttribute;
    }

    /// <summary>What was taken, laid over what is there: instances replace those of the same name and datasetId (ETSI GS CIM 009 5.5.8).</summary>
    public ImmutableArray<Attribute> Over(ImmutableArray<Attribute> target)
    {
        if (_given.Count == 0 && _removed.Count == 0) return target;
        var kept = target.RemoveAll(attribute => _removed.Contains(attribute.Name));
        foreach (var given in Read())
        {
            if (given is AttributeFragment) members.Problem(members.Context.Compact(given.Name), "has no value");
            kept = kept.RemoveAll(there => there.Name == given.Name && there.DatasetId == given.DatasetId);
            if (!NgsiLdNull.Is(given)) kept = kept.Add(given);
        }

        // Instances of one name stand side by side.
        return [.. kept.GroupBy(attribute => attribute.Name).SelectMany(instances => instances)];
    }

    private ImmutableArray<Attribute> Read()
    {
        if (_given.Count == 0) return [];
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("id", "urn:ngsi-ld:ContextSourceRegistration");
            json.WriteString("type", RegistrationMembers.Type);
            foreach (var member in _given) member.WriteTo(json);
            json.WriteEndObject();
        }

        var input = members.Merging ? EntityInput.Fragment : EntityInput.Entity;
        var read = EntityReader.Read(output.WrittenSpan.ToArray(), members.Context, input, new() { MaxDepth = maxDepth });
        if (read.TryGet(out var entity, out var error)) return entity.Attributes;
        members.Problems.Add(error.Detail);
        return [];
    }

    private static bool IsNull(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.ValueEquals(NgsiLdNull.Uri));
}
