using SmartCity.NgsiLd.Contexts;

namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>
/// Reads Subscriptions (ETSI GS CIM 009 5.2.12) and lays Fragments over existing ones (5.5.8, as RFC 7396 does). It checks
/// the form of every member and reports everything wrong at once; rules between members are the validator's.
/// </summary>
public static class SubscriptionReader
{
    /// <summary>A whole Subscription. Invalid JSON is InvalidRequest, invalid data BadRequestData (5.5.4).</summary>
    /// <param name="utf8">The body. A member <c>@context</c> is passed over: whoever calls has resolved it.</param>
    /// <param name="context">Expands names.</param>
    /// <param name="maxDepth">How deep JSON may nest.</param>
    public static Result<Subscription> Read(ReadOnlyMemory<byte> utf8, Context context, int maxDepth) =>
        Read(utf8, context, maxDepth, null).Map(read => read.Subscription);

    /// <summary>A Fragment over a Subscription: its members replace, null removes, objects are merged.</summary>
    /// <param name="target">What is there; its id stays.</param>
    /// <param name="utf8">The Fragment.</param>
    /// <param name="context">Expands names in the Fragment.</param>
    /// <param name="maxDepth">How deep JSON may nest.</param>
    public static Result<SubscriptionUpdate> Merge(Subscription target, ReadOnlyMemory<byte> utf8, Context context, int maxDepth) =>
        Read(utf8, context, maxDepth, target);

    private static Result<SubscriptionUpdate> Read(ReadOnlyMemory<byte> utf8, Context context, int maxDepth, Subscription? target)
    {
        var members = new MemberReader(target is not null, context);
        return MemberDocument.Read(utf8, maxDepth, members, body =>
            new SubscriptionUpdate(new SubscriptionMembers(members).Read(body, target)!, members.Mentioned));
    }
}
