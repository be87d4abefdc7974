using SmartCity.NgsiLd;

namespace SmartCity.Broker.Storage;

/// <summary>ETSI GS CIM 009 5.5.10: only what creates brings a tenant into being.</summary>
public static class TenantCheck
{
    /// <summary>NonexistentTenant where nothing was ever written for the request's tenant; null where something was.</summary>
    public static async ValueTask<NgsiLdError?> MissingTenantAsync(this IEntityStore store, Call call, CancellationToken cancellation)
    {
        // A Snapshot is there before anything is written into it.
        if (call.Tenant.Length == 0 || call.Snapshot is not null || await store.TenantExistsAsync(call.Tenant, cancellation)) return null;
        return new(NgsiLdErrorKind.NonexistentTenant, $"Tenant {call.Tenant} does not exist");
    }
}
