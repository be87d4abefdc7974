using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>Linked Entity retrieval as parameters: join, joinLevel, containedBy (ETSI GS CIM 009 6.4.3.2, 6.5.3.1).</summary>
internal static class JoinParameters
{
    public static Result<Join> Read(QueryParameters parameters, Limits limits)
    {
        if (!parameters.Has(Parameters.Linking)) return Join.None;
        var word = parameters.NonEmpty(Parameters.Join) ?? "@none";
        if (Join.KindOf(word) is not { } kind) return NgsiLdError.BadRequestData($"join is '{word}', which is none of inline, flat, @none");
        if (!parameters.Number(Parameters.JoinLevel, 1).TryGet(out var level, out var error)) return error;
        if (Join.Refuse(level, limits.JoinLevels, "joinLevel") is { } wrong) return wrong;

        var containedBy = parameters.List(Parameters.ContainedBy);
        foreach (var id in containedBy)
        {
            if (!EntityIds.IsUri(id)) return NgsiLdError.BadRequestData($"containedBy has '{id}', which is no URI");
        }

        return new Join { Kind = kind, Level = level, ContainedBy = containedBy };
    }
}
