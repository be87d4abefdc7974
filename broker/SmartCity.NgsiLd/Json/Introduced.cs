namespace SmartCity.NgsiLd.Json;

/// <summary>The minor number of the version 1.x in which something came to NGSI-LD (ETSI GS CIM 009 4.3.6.8, tables 1 to 3).</summary>
internal static class Introduced
{
    /// <summary>Several types of an Entity, several instances of an Attribute, datasetId, observedAt, unitCode.</summary>
    public const int Instances = 3;

    public const int Scopes = 4;

    public const int LanguageProperties = 4;

    /// <summary>JsonProperty, VocabProperty, ListProperty, ListRelationship.</summary>
    public const int MoreKinds = 8;

    public const int ObjectTypes = 8;

    /// <summary>expiresAt and valueType.</summary>
    public const int Expiry = 9;

    public const int ValueTypes = 9;

    /// <summary>Nothing is newer.</summary>
    public const int All = 9;
}
