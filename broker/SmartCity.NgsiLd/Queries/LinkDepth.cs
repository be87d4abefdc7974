namespace SmartCity.NgsiLd.Queries;

/// <summary>How many links are followed one after another (ETSI GS CIM 009 5.7.2.4).</summary>
public static class LinkDepth
{
    public static int Of(QExpression q) => q switch
    {
        QAnd and => and.Terms.Max(Of),
        QOr or => or.Terms.Max(Of),
        QExists exists => exists.Path.LinkDepth,
        QCompare compare => compare.Path.LinkDepth,
        _ => 0,
    };

    public static int Of(Projection? projection) =>
        projection is null ? 0 : projection.Members.Max(member => member.Linked is null ? 0 : 1 + Of(member.Linked));
}
