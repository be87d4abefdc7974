using SmartCity.Broker.Contexts;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Host.Http;
using SmartCity.Broker.Host.Http.Entities;
using SmartCity.Broker.Host.Http.Operational;
using SmartCity.Broker.Host.Http.Types;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Host;

/// <summary>What the routes stand on.</summary>
internal sealed record Hub(IEntityStore Store, IContextResolver Contexts, Limits Limits)
{
    public RouteTable Routes()
    {
        var entities = new LocalEntities(Store);
        var binder = new CallBinder(Contexts, Limits);
        return new RouteTable(
        [
            .. OperationalEndpoints.Routes(ready: true),
            .. new EntityEndpoints(entities, binder, Limits).Routes,
            .. new AttributeEndpoints(entities, binder, Limits).Routes,
            .. new BatchEndpoints(entities, binder, Limits).Routes,
            .. new TypeEndpoints(Store, binder, Limits).Routes,
        ]);
    }
}
