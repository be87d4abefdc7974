using System.Collections.Immutable;
using SmartCity.Broker.Host.Http.Entities;
using SmartCity.Broker.Storage;
using SmartCity.Broker.Temporal;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Ordering;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Host.Http.Temporal;

/// <summary>From the parts of a temporal request to what they mean.</summary>
internal static class TemporalInput
{
    /// <summary>The parameters of a temporal query (ETSI GS CIM 009 6.18.3.2).</summary>
    public const Parameters Queried = Parameters.Selection | Parameters.Pick | Parameters.Omit | Parameters.Lang | Parameters.Format
        | Parameters.Options | Parameters.Time | Parameters.OrderBy | Parameters.Collation | Parameters.Paging | Parameters.PageSize
        | Parameters.Mapping | Parameters.Local;

    /// <summary>Those beside a query that is a document (6.24.3.1).</summary>
    public const Parameters QueriedBeside = Parameters.Paging | Parameters.Options | Parameters.Format | Parameters.Local;

    public static NgsiLdError NoTime { get; } =
        NgsiLdError.BadRequestData("the temporal query is missing: timerel and timeAt (ETSI GS CIM 009 5.7.4.4)");

    /// <summary>The Attribute that the path names, expanded (ETSI GS CIM 009 5.6.13.4).</summary>
    public static Result<string> Name(Exchange exchange, Call call)
    {
        if (exchange.Second == "scope") return TemporalEntity.Scope;
        return TermName.IsNameOrIri(exchange.Second)
            ? call.Context.Expand(exchange.Second)
            : NgsiLdError.BadRequestData($"'{exchange.Second}' is not a name that NGSI-LD allows (ETSI GS CIM 009 4.6.2)");
    }

    /// <summary>Null where the path has one.</summary>
    public static NgsiLdError? NoInstanceId(Exchange exchange) => EntityIds.IsUri(exchange.Third)
        ? null
        : NgsiLdError.BadRequestData($"the instanceId '{exchange.Third}' is not a URI");

    /// <summary>
    /// The one instance of a Fragment (ETSI GS CIM 009 5.6.14.3): under its Attribute's name, in an array or alone.
    /// </summary>
    public static Result<AttributeInstance> Instance(ReadOnlyMemory<byte> body, string name, Context context, EntityReaderOptions options)
    {
        if (!TemporalEntityReader.Read(body, context, EntityInput.Fragment, options).TryGet(out var fragment, out var error)) return error;
        if (fragment.Instances is not [var instance])
            return NgsiLdError.BadRequestData($"the body has {fragment.Instances.Length} Attribute instances, and has to have one");
        return instance.Attribute.Name == name
            ? instance
            : NgsiLdError.BadRequestData($"the body has an instance of {instance.Attribute.Name}, but {name} is addressed");
    }

    public static Result<TemporalRequest> Request(QueryParameters parameters, EntityQuery query, TemporalShape shape, Call call)
    {
        var context = call.Context;
        var time = TemporalQueryParser.Parse(
            parameters.NonEmpty(Parameters.Timerel),
            parameters.NonEmpty(Parameters.TimeAt),
            parameters.NonEmpty(Parameters.EndTimeAt),
            parameters.NonEmpty(Parameters.Timeproperty),
            parameters.NonEmpty(Parameters.LastN));
        if (!time.TryGet(out var asked, out var error)) return error;
        Aggregation? aggregation = null;
        if (shape.Representation.Format == TemporalFormat.AggregatedValues)
        {
            var parsed = Aggregation.Parse(parameters.NonEmpty(Parameters.AggrMethods), parameters.NonEmpty(Parameters.AggrPeriodDuration));
            if (!parsed.TryGet(out var found, out error)) return error;
            aggregation = found;
        }

        if (!Ordering(parameters, call).TryGet(out var ordering, out error)) return error;
        return new TemporalRequest
        {
            Ordering = ordering,
            Query = query with { DatasetIds = parameters.List(Parameters.DatasetId) },
            Time = asked,
            Aggregation = aggregation,
            Attributes = Attributes(parameters.Names(Parameters.Attrs, context), shape),
            Shown = shape.Representation with { Property = asked.Property },
        };
    }

    public static Result<PageRequest> Page(QueryParameters parameters, Options options, Limits limits)
    {
        if (parameters.NonEmpty(Parameters.PageSize) is { } size && parameters[Parameters.Limit] is null)
        {
            parameters = parameters.Copy();
            if (parameters.Set(Parameters.Limit, size, limits) is { } error) return error;
        }

        return Paging.Read(parameters, options, limits);
    }

    private static Result<EntityOrdering?> Ordering(QueryParameters parameters, Call call)
    {
        if (!EntityPages.Ordering(parameters, call).TryGet(out var ordering, out var error)) return error;
        return ordering is null or { Terms: [{ ByDistance: false, Path: { IsPlain: true, Names: ["id"] } }] }
            ? ordering
            : NgsiLdError.BadRequestData("orderBy names more than id, which alone orders temporal evolutions (ETSI GS CIM 009 5.7.4.4)");
    }

    // An Entity need not have changed its scope in the interval (ETSI GS CIM 009 C.5.16).
    private static ImmutableArray<string> Attributes(ImmutableArray<string> attrs, TemporalShape shape)
    {
        if (attrs.IsEmpty && shape.Representation.Entity.Pick is { } pick)
        {
            attrs = [.. pick.Members.Select(member => member.Name == "scope" ? TemporalEntity.Scope : member.Name)
                .Where(name => name == TemporalEntity.Scope || !ReservedMembers.IsProjected(name))];
        }

        var others = attrs.Remove(TemporalEntity.Scope);
        return others.IsEmpty ? attrs : others;
    }
}
