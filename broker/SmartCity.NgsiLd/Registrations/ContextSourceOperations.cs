namespace SmartCity.NgsiLd.Registrations;

/// <summary>Operations that a Context Source offers (ETSI GS CIM 009 4.20), one bit each, and their named groups.</summary>
[Flags]
public enum ContextSourceOperations : ulong
{
    None = 0,

    // Context Information Provision
    CreateEntity = 1UL << 0,
    UpdateEntity = 1UL << 1,
    AppendAttrs = 1UL << 2,
    UpdateAttrs = 1UL << 3,
    DeleteAttrs = 1UL << 4,
    DeleteEntity = 1UL << 5,
    CreateBatch = 1UL << 6,
    UpsertBatch = 1UL << 7,
    UpdateBatch = 1UL << 8,
    DeleteBatch = 1UL << 9,
    UpsertTemporal = 1UL << 10,
    AppendAttrsTemporal = 1UL << 11,
    DeleteAttrsTemporal = 1UL << 12,
    UpdateAttrInstanceTemporal = 1UL << 13,
    DeleteAttrInstanceTemporal = 1UL << 14,
    DeleteTemporal = 1UL << 15,
    MergeEntity = 1UL << 16,
    ReplaceEntity = 1UL << 17,
    ReplaceAttrs = 1UL << 18,
    MergeBatch = 1UL << 19,
    PurgeEntity = 1UL << 20,

    // Context Information Consumption
    RetrieveEntity = 1UL << 21,
    QueryEntity = 1UL << 22,
    QueryBatch = 1UL << 23,
    RetrieveTemporal = 1UL << 24,
    QueryTemporal = 1UL << 25,
    RetrieveEntityTypes = 1UL << 26,
    RetrieveEntityTypeDetails = 1UL << 27,
    RetrieveEntityTypeInfo = 1UL << 28,
    RetrieveAttrTypes = 1UL << 29,
    RetrieveAttrTypeDetails = 1UL << 30,
    RetrieveAttrTypeInfo = 1UL << 31,

    // Context Information Subscription
    CreateSubscription = 1UL << 32,
    UpdateSubscription = 1UL << 33,
    RetrieveSubscription = 1UL << 34,
    QuerySubscription = 1UL << 35,
    DeleteSubscription = 1UL << 36,

    // Support for distributed operations
    RetrieveEntityMap = 1UL << 37,
    UpdateEntityMap = 1UL << 38,
    DeleteEntityMap = 1UL << 39,
    CreateEntityMapQueryEntity = 1UL << 40,
    CreateEntityMapQueryTemporal = 1UL << 41,
    RetrieveContextSourceIdentity = 1UL << 42,

    RetrieveOps = RetrieveEntity | QueryEntity,

    UpdateOps = UpdateEntity | UpdateAttrs | ReplaceEntity | ReplaceAttrs,

    AssociationOps = RetrieveOps | QueryBatch
        | RetrieveEntityTypes | RetrieveEntityTypeDetails | RetrieveEntityTypeInfo
        | RetrieveAttrTypes | RetrieveAttrTypeDetails | RetrieveAttrTypeInfo
        | CreateSubscription | UpdateSubscription | RetrieveSubscription | QuerySubscription | DeleteSubscription
        | RetrieveContextSourceIdentity,

    FederationOps = AssociationOps | RetrieveEntityMap | UpdateEntityMap | DeleteEntityMap | CreateEntityMapQueryEntity,

    RedirectionOps = CreateEntity | UpdateEntity | AppendAttrs | UpdateAttrs | DeleteAttrs | DeleteEntity
        | MergeEntity | ReplaceEntity | ReplaceAttrs | RetrieveOps | PurgeEntity
        | RetrieveEntityTypes | RetrieveEntityTypeDetails | RetrieveEntityTypeInfo
        | RetrieveAttrTypes | RetrieveAttrTypeDetails | RetrieveAttrTypeInfo
        | RetrieveEntityMap | UpdateEntityMap | DeleteEntityMap | CreateEntityMapQueryEntity
        | RetrieveContextSourceIdentity,
}
