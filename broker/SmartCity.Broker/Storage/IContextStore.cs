using System.Collections.Immutable;
using SmartCity.Broker.Contexts;

namespace SmartCity.Broker.Storage;

/// <summary>The contexts that the broker serves (ETSI GS CIM 009 5.13.1), whatever they hold.</summary>
public interface IContextStore
{
    ValueTask<ImmutableArray<StoredContext>> LoadAsync(CancellationToken cancellation);

    /// <summary>Adds or replaces the one of this id; durable when it returns.</summary>
    ValueTask SaveAsync(StoredContext context, CancellationToken cancellation);

    /// <summary>Durable when it returns. Nothing happens where there is none.</summary>
    ValueTask DeleteAsync(string id, CancellationToken cancellation);
}

/// <param name="Id">A URI, unique among all tenants.</param>
/// <param name="Tenant">Who may list and delete it.</param>
/// <param name="Kind">Hosted or implicitly created.</param>
/// <param name="IsNeeded">A subscription refers to it: it is not let go to make room.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="Json">The value of an <c>@context</c> member, UTF-8.</param>
public sealed record StoredContext(
    string Id, string Tenant, ContextKind Kind, bool IsNeeded, DateTimeOffset CreatedAt, ReadOnlyMemory<byte> Json);
