using System.Collections.Immutable;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>What becomes of the parts of a write: who is asked, and what is refused without asking.</summary>
/// <param name="Requests">Sources that are asked.</param>
/// <param name="Refused">Parts that nobody can do: their sources do not offer it, or the request has come by them.</param>
/// <param name="Rest">What is to be done here; null for nothing.</param>
internal sealed record WritePlan(ImmutableArray<WritePart> Requests, ImmutableArray<RefusedPart> Refused, SourceWrite? Rest)
{
    /// <summary>Whether all is to be done here.</summary>
    public bool IsLocal => Requests.IsEmpty && Refused.IsEmpty;

    /// <summary>The same without what an earlier plan has done.</summary>
    /// <param name="sources">Ids of the registrations whose sources have been asked already, or refused.</param>
    public WritePlan Without(IReadOnlySet<string> sources) => this with
    {
        Requests = Requests.RemoveAll(part => sources.Contains(part.Source.Id)),
        Refused = Refused.RemoveAll(refused => sources.Contains(refused.Part.Source.Id)),
    };

    public static WritePlan Of(SourceWrite request, WriteTarget target, RegistrationMatches matches)
    {
        var division = WriteDivision.Of(request, target, matches);
        var requests = ImmutableArray.CreateBuilder<WritePart>(division.Parts.Length);
        var refused = ImmutableArray.CreateBuilder<RefusedPart>();
        var operation = OperationOf(request.Kind);
        foreach (var part in division.Parts)
        {
            if (part.IsLoop)
            {
                if (part.IsProxied) refused.Add(new(part, SourceErrors.Loop(part.Source)));
            }
            else if ((part.Source.Registration.Operations & operation) != 0)
            {
                requests.Add(part);
            }
            else if (part.IsProxied)
            {
                refused.Add(new(part, SourceErrors.NotOffered(part.Source, operation)));
            }
        }

        return new(requests.DrainToImmutable(), refused.DrainToImmutable(), division.Rest);
    }

    /// <summary>ETSI GS CIM 009 4.20.</summary>
    public static ContextSourceOperations OperationOf(SourceWriteKind kind) => kind switch
    {
        SourceWriteKind.Create => ContextSourceOperations.CreateEntity,
        SourceWriteKind.Replace => ContextSourceOperations.ReplaceEntity,
        SourceWriteKind.Merge => ContextSourceOperations.MergeEntity,
        SourceWriteKind.Append => ContextSourceOperations.AppendAttrs,
        SourceWriteKind.Update => ContextSourceOperations.UpdateEntity,
        SourceWriteKind.Delete => ContextSourceOperations.DeleteEntity,
        SourceWriteKind.PartialUpdateAttribute => ContextSourceOperations.UpdateAttrs,
        SourceWriteKind.ReplaceAttribute => ContextSourceOperations.ReplaceAttrs,
        SourceWriteKind.DeleteAttribute => ContextSourceOperations.DeleteAttrs,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}

/// <param name="Part">What is not done.</param>
/// <param name="Error">Why.</param>
internal readonly record struct RefusedPart(WritePart Part, NgsiLdError Error);
