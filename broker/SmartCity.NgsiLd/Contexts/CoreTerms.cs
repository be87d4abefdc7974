namespace SmartCity.NgsiLd.Contexts;

/// <summary>The names in the core @context, by how they become IRIs (ETSI GS CIM 009 annex B).</summary>
internal static class CoreTerms
{
    /// <summary>The NGSI-LD namespace and the term itself.</summary>
    public const string Ngsi =
        "Attribute AttributeList ContextSourceIdentity ContextSourceNotification ContextSourceRegistration Date " +
        "DateTime EntityType EntityTypeInfo EntityTypeList ExecutionResultDetails GeoProperty JsonProperty " +
        "LanguageProperty ListProperty ListRelationship Notification Property Relationship Snapshot " +
        "SnapshotNotification Subscription TemporalProperty Time VocabProperty accept aggrMethods aggrParams " +
        "aggrPeriodDuration attributeList attributeName attributeNames attributeTypes attributes attrs avg " +
        "cacheDuration collation contextSourceAlias contextSourceExtras contextSourceInfo contextSourceTimeAt " +
        "contextSourceUptime cooldown createdAt csf data datasetId deletedAt detail distinctCount endAt endTimeAt " +
        "endpoint entities entity entityCount entityId entityList error errors expandValues expiresAt format geoQ " +
        "geoproperty georel idPattern information instanceId isActive join jsonKeys jsons lang lastFailure " +
        "lastNotification lastSuccess lastUsedAt linkedMaps localOnly location management managementInterval max " +
        "min mode modifiedAt ngsildproof notUpdated notification notificationTrigger notifiedAt notifierInfo " +
        "observationInterval observationSpace observedAt omit operationSpace operations orderBy ordering pick " +
        "problemDetails propertyNames q reason receiverInfo refreshRate registrationId registrationName " +
        "relationshipNames resultStatus scope scopeQ showChanges snapshotId snapshotLifetime snapshotPriority " +
        "snapshotQueries snapshotQueriesDetails snapshotStatus snapshotTemporalQueries " +
        "snapshotTemporalQueriesDetails startAt status stddev subscriptionId subscriptionName success sum sumsq " +
        "sysAttrs temporalQ tenant throttling timeAt timeInterval timeout timeproperty timerel timesFailed " +
        "timesSent totalCount triggerReason typeList typeName typeNames unchanged unitCode updated uri " +
        "watchedAttributes";

    /// <summary>The GeoJSON vocabulary and the term itself.</summary>
    public const string Geo =
        "Feature FeatureCollection GeometryCollection LineString MultiLineString MultiPoint MultiPolygon Point " +
        "Polygon bbox coordinates features geometry geometryProperty properties";

    /// <summary>The Dublin Core vocabulary and the term itself.</summary>
    public const string Metadata = "description title";

    /// <summary>Terms whose names differ inside the NGSI-LD namespace.</summary>
    public static (string Term, string Name)[] Renamed =>
    [
        ("containedBy", "isContainedBy"),
        ("dataset", "hasDataset"),
        ("entityMap", "hasEntityMap"),
        ("joinLevel", "hasJoinLevel"),
        ("json", "hasJSON"),
        ("key", "hasKey"),
        ("languageMap", "hasLanguageMap"),
        ("languageMaps", "hasLanguageMaps"),
        ("object", "hasObject"),
        ("objectList", "hasObjectList"),
        ("objectLists", "hasObjectLists"),
        ("objects", "hasObjects"),
        // The published file of 1.9 spells objectLists so; annex B and the file are both accepted.
        ("objectsLists", "hasObjectsLists"),
        ("objectType", "hasObjectType"),
        ("previousJson", "hasPreviousJson"),
        ("previousLanguageMap", "hasPreviousLanguageMap"),
        ("previousObject", "hasPreviousObject"),
        ("previousObjectList", "hasPreviousObjectList"),
        ("previousValue", "hasPreviousValue"),
        ("previousValueList", "hasPreviousValueList"),
        ("previousVocab", "hasPreviousVocab"),
        ("value", "hasValue"),
        ("valueList", "hasValueList"),
        ("valueLists", "hasValueLists"),
        ("values", "hasValues"),
        ("valueType", "hasValueType"),
        ("vocab", "hasVocab"),
        ("vocabs", "hasVocabs"),
    ];
}
