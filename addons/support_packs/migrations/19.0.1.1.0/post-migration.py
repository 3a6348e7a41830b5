"""What a pack holds is said by each variant now; the template shows the only one's."""


def migrate(cr, version):
    """Give every variant, archived ones too, what its template said."""
    if not version:
        return
    cr.execute(
        """
        UPDATE product_product AS variant
           SET support_quantity = template.support_quantity
          FROM product_template AS template
         WHERE template.id = variant.product_tmpl_id
           AND template.support_quantity IS NOT NULL
           AND variant.support_quantity IS NULL
        """
    )
    cr.execute(
        """
        UPDATE product_template AS template
           SET support_quantity = 0
         WHERE support_quantity != 0
           AND (SELECT count(*)
                  FROM product_product AS variant
                 WHERE variant.product_tmpl_id = template.id
                   AND variant.active) > 1
        """
    )
