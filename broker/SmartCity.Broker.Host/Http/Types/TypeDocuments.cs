using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.Broker.Discovery;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Host.Http.Types;

/// <summary>The data types of ETSI GS CIM 009 5.2.24 - 5.2.28 as JSON.</summary>
internal static class TypeDocuments
{
    public static void WriteTypeList(Utf8JsonWriter json, ImmutableArray<TypeUse> types, JsonShape shape)
    {
        Start(json, "urn:ngsi-ld:EntityTypeList:all", "EntityTypeList");
        json.WriteStartArray("typeList"u8);
        foreach (var type in types) json.WriteStringValue(shape.Context.Compact(type.Type));
        json.WriteEndArray();
        End(json, shape);
    }

    public static void WriteTypes(Utf8JsonWriter json, ImmutableArray<TypeUse> types, JsonShape shape)
    {
        json.WriteStartArray();
        foreach (var type in types)
        {
            Start(json, type.Type, "EntityType");
            json.WriteString("typeName"u8, shape.Context.Compact(type.Type));
            json.WriteStartArray("attributeNames"u8);
            foreach (var attribute in type.Attributes) json.WriteStringValue(shape.Context.Compact(attribute.Name));
            json.WriteEndArray();
            End(json, shape);
        }

        json.WriteEndArray();
    }

    public static void WriteTypeInfo(Utf8JsonWriter json, TypeUse type, JsonShape shape)
    {
        Start(json, type.Type, "EntityTypeInfo");
        json.WriteString("typeName"u8, shape.Context.Compact(type.Type));
        json.WriteNumber("entityCount"u8, type.EntityCount);
        json.WriteStartArray("attributeDetails"u8);
        foreach (var attribute in type.Attributes)
        {
            Start(json, attribute.Name, "Attribute");
            json.WriteString("attributeName"u8, shape.Context.Compact(attribute.Name));
            WriteKinds(json, attribute.Kinds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        End(json, shape);
    }

    public static void WriteAttributeList(Utf8JsonWriter json, ImmutableArray<CarriedAttribute> attributes, JsonShape shape)
    {
        Start(json, "urn:ngsi-ld:AttributeList:all", "AttributeList");
        json.WriteStartArray("attributeList"u8);
        foreach (var attribute in attributes) json.WriteStringValue(shape.Context.Compact(attribute.Use.Name));
        json.WriteEndArray();
        End(json, shape);
    }

    public static void WriteAttributes(Utf8JsonWriter json, ImmutableArray<CarriedAttribute> attributes, JsonShape shape)
    {
        json.WriteStartArray();
        foreach (var attribute in attributes)
        {
            StartAttribute(json, attribute, shape);
            End(json, shape);
        }

        json.WriteEndArray();
    }

    public static void WriteAttribute(Utf8JsonWriter json, CarriedAttribute attribute, JsonShape shape)
    {
        StartAttribute(json, attribute, shape);
        json.WriteNumber("attributeCount"u8, attribute.Use.EntityCount);
        WriteKinds(json, attribute.Use.Kinds);
        End(json, shape);
    }

    private static void StartAttribute(Utf8JsonWriter json, CarriedAttribute attribute, JsonShape shape)
    {
        Start(json, attribute.Use.Name, "Attribute");
        json.WriteString("attributeName"u8, shape.Context.Compact(attribute.Use.Name));
        json.WriteStartArray("typeNames"u8);
        foreach (var type in attribute.Types) json.WriteStringValue(shape.Context.Compact(type));
        json.WriteEndArray();
    }

    private static void WriteKinds(Utf8JsonWriter json, ImmutableArray<AttributeKind> kinds)
    {
        json.WriteStartArray("attributeTypes"u8);
        foreach (var kind in kinds) json.WriteStringValue(kind.ToString());
        json.WriteEndArray();
    }

    private static void Start(Utf8JsonWriter json, string id, string type)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, type);
    }

    private static void End(Utf8JsonWriter json, JsonShape shape)
    {
        shape.WriteContext(json);
        json.WriteEndObject();
    }
}
